"""Words around a name that say what it is not: the general rules of tagging, as one table.

Each cue goes into the same automaton as the names, so that a rule costs nothing until its words
occur. Smart case holds for cues, too: "Sea" must be capital, "dollars" need not be.
Adding a rule is adding a row; `tests/tagging/test_rules.py` has a sentence for each.
"""

from collections.abc import Iterator

from feed.tagging.matching.patterns import Role, Spelling
from feed.taxonomy.taxonomy import Kind

# Reasons that other rooms of tagging ask for.
US_STATE = "place in a US state"
PERSON = "person name"
TOWN = "name of a town, school or street"
INSTITUTION = "name of a place or institution"
AGAINST = "what it is made against"  # anti-tank; but anti-Shahed speaks of the Shahed
_ALL: tuple[Kind, ...] = ("place", "organisation", "product", "thing")
_PLACE: tuple[Kind, ...] = ("place",)
_MADE: tuple[Kind, ...] = ("organisation", "product")

# Role, kinds it applies to, reason shown by `explain`, words.
_CUES: tuple[tuple[Role, tuple[Kind, ...], str, str], ...] = (
    (
        "after",
        _PLACE,
        "sea, strait or river",
        "Sea|Seas|Strait|Straits|Ocean|Channel|Gulf|Bay|River|Delta|Trench|Basin|Plate|Peninsula|Canal Zone",
    ),
    (
        "before",
        _PLACE,
        "sea, strait or river",
        "Gulf of|Sea of|Strait of|Straits of|Bay of|Bight of|Isle of|river|River|Lake",
    ),
    (
        "after",
        _PLACE,
        "newspaper or outlet",
        "Daily|Times|Post|Herald|Tribune|Gazette|Observer|Telegraph|Mail|Chronicle|Morning Post|Today|Weekly"
        "|Monitor|Eye|Insider|Insight|Independent|Journal|Review|Examiner|TV|Television|Broadcasting|News Agency|Press Agency|News Network|Newsweek|Hayom",
    ),
    ("before", _PLACE, "newspaper or outlet", "Times of|Voice of|Radio|Sky News|Daily News of"),
    (
        "after",
        _PLACE,
        "language",
        "speaking|language|speaker|speakers|language-speaking|translator|translators|interpreter|interpreters"
        "|translation|translations|subtitles|grammar|dialect|dialects|alphabet|lesson|lessons|classes|vocabulary"
        "|pronunciation|phrasebook|dictionary|proficiency|word for|words for|being spoken"
        "|is spoken",
    ),
    (
        "before",
        _PLACE,
        "language",
        "speaks|speak|spoke|fluent|fluent in|fluently in|learn|learning|translated from|translated into|spoken",
    ),
    (
        "after",
        _PLACE,
        "currency",
        "$|dollar|dollars|franc|francs|pound|pounds|sterling|lira|liras|rouble|roubles|ruble|rubles|yen|yuan|rupee"
        "|rupees|peso|pesos|krona|kronor|krone|kroner|rial|rials|riyal|riyals|shekel|shekels|dinar|dinars|dirham"
        "|dirhams|zloty|zlotys|hryvnia|hryvnias|ringgit|rupiah|baht|forint|forints|renminbi|crowns|koruna"
        "|tenge|naira|shilling|shillings|birr|cedi|cedis|kwacha|kyat|dong|taka|manat|lari|guilder|guilders|escudo"
        "|escudos|peseta|pesetas|deutschmark",
    ),
    ("after", _PLACE, "manner, not origin", "style|like|sounding|looking|themed|accented|inspired"),
    ("before", _PLACE, "named by what it is not", "non"),
    ("before", ("product",), AGAINST, "anti|counter"),
    ("before", _PLACE, PERSON, "al|el|bin|ibn|Abu"),
    (
        "after",
        _PLACE,
        "food, animal or custom",
        "hound|hounds|doll|dolls|sandwich|sandwiches|water dog|shorts|lantern|almonds|sprouts|wolfhound|retriever"
        "|pointer|cat|cats|delight|pastry|pastries|cheese|chocolate|chocolates|coffee|tea|breakfast|muffin|muffins|fries"
        "|toast|cigar|cigars|rug|rugs|carpet|carpets|shepherd|shepherds|Shepherd|setter|terrier|bulldog|hat|hats|nut|nuts"
        "|cuisine|restaurant|restaurants|cooking|wine|whisky|whiskey|opera|sheepdog|mastiff|roulette|oven|horn"
        "|waffle|waffles|stew|yogurt|yoghurt|bacon|salad|potato salad|dressing|sausage|sausages|roll|meatballs|omelette"
        "|takeaway|takeout|dumplings|buffet|onion soup|measles|flu|knotweed|maple|spruce|ivy|moss|goose|geese|cattle dog"
        "|spaniel|poodle|pinscher|mountain dog|bulldogs|setters|pointers|collie|sheepdogs|army knife|ink|heels|doors"
        "|braid|massage|elm disease|mythology|accent|accents",
    ),
    (
        "after",
        _PLACE,
        "sport",
        "Open|Grand Prix|Cup|Derby|national football team|national team|football club|FC|Masters|Patriots|Lions|Rugby",
    ),
    ("after", _MADE, "sport", "Eagles|Lions|Tigers|Bears|Giants|Twins|Heroes|Dinos|Wyverns|FC"),
    ("after", _PLACE, "byline", "correspondent|bureau chief|desk editor"),
    (
        "before",
        _PLACE,
        "name of a storm",
        "Hurricane|Tropical Storm|Storm|Cyclone|Super Typhoon",
    ),
    (
        "before",
        _PLACE,
        "name of a ship",
        "cruise ship|cruise liner|ocean liner|the liner|the ferry|the yacht|the schooner|steamship|the steamer",
    ),
    (
        "before",
        _PLACE,
        "name of an institution",
        "University of|Museum of|Institute of",
    ),
    (
        "after",
        _PLACE,
        TOWN,
        "High School|Middle School|Elementary School|School District|Area School District|Central School|County|Township|Borough|Grove"
        "|Springs|Heights|Falls|Creek|Beach|Road|Street|Avenue|Boulevard|Lane|Valley College|Community College|City Council"
        "|Town Council|Police Department|Fire Department|Fire Company|Borough Council|Speedway|City Hall|Town Hall"
        "|City Manager|School Board",
    ),
    ("before", _PLACE, TOWN, "city of|town of|village of"),
    (
        "before",
        _ALL,
        "name of a ship",
        "USS|USNS|USCGC|HMS|HMCS|HMAS|HMNZS|RFA|INS|PNS|KRI|BRP|TCG|ROKS|JS|FS|FGS|ITS|ESPS|HNLMS|HDMS|HNoMS|HSwMS|ORP"
        "|BNS|KD|RSS|ARA|SS|MV|MT|M/V|M/T|U.S.S.|H.M.S.",
    ),
    (
        "after",
        _MADE,
        INSTITUTION,
        "Air Force Base|AFB|Air Base|Airfield|International Airport|Airport|Air National Guard Base|Joint Base"
        "|Field|University|College|Technical College|Community College|High School|Middle School|Elementary School|School"
        "|Hospital|Medical Center|Stadium|Arena|Street|Avenue|Boulevard|Road|Drive|Lane|County|Island|Islands|Mountain"
        "|Mountains|Peak|Creek|Lake|Park|Beach|Barracks|Theatre|Theater|Museum|Church|Cathedral|Foundation|Prize"
        "|Award|Act|League|Cup|Festival|Hotel|Casino|Records|Magazine|Tower",
    ),
    (
        "before",
        _MADE,
        INSTITUTION,
        "Fort|Camp|Mount|Lake|University of|City of|County of|Port of|Saint|Hurricane|Tropical Storm|Storm"
        "|Cyclone|Super Typhoon|Exercise|Operation|Task Force|Squadron",
    ),
    (
        "title",
        _ALL,
        PERSON,
        "Mr.|Mrs.|Ms.|Dr.|Prof.|Sir|Lady|Lord|Pope|Saint|St.|President|Vice President|Prime Minister|Minister|Secretary|Senator"
        "|Sen.|Rep.|Congressman|Congresswoman|Governor|Gov.|Mayor|Ambassador|Judge|Justice|Chancellor|General|Gen.|Lt.|Col."
        "|Colonel|Maj.|Major|Capt.|Captain|Cmdr.|Commander|Admiral|Adm.|Sgt.|Sergeant|Cpl.|Corporal|Pvt.|Private|Spc."
        "|Pfc.|Lieutenant|Chief|Petty Officer|Airman|Seaman|Marshal|Brigadier|Commodore|Coach|Professor"
        "|Spokesman|Spokeswoman|spokesman|spokeswoman|spokesperson|analyst|Private First Class|Staff Sgt.|Tech Sgt.",
    ),
    (
        "title",
        _PLACE,
        PERSON,
        "wife|husband|son|daughter|brother|sister|mother|father|grandson|granddaughter|grandmother|grandfather|nephew"
        "|niece|cousin|girlfriend|boyfriend|stepson|stepdaughter|twin",
    ),
    (
        "mask",
        _ALL,
        "not part of the article",
        "also read|read also|read more|see also|related articles|related stories|most popular|most read|trending now|"
        "more on this|tags:|related:|share on|share this|follow us"
        "|subscribe to|sign up for|all rights reserved|copyright|photo by|photo courtesy of|image credit|photo credit"
        "|picture by|courtesy photo|click here|recommended for you|you may also like|advertisement|getty images"
        "|photo illustration by|video by|graphic by|reporting by|editing by|writing by|additional reporting",
    ),
)
US_STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|"
    "Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|"
    "Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|"
    "Ohio|Oklahoma|Oregon|Pennsylvania|Tennessee|Texas|Utah|Vermont|Virginia|"
    "Washington|Wisconsin|Wyoming|Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|"
    "Ind|Kan|Ky|La|Mass|Md|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Pa|"
    "Tenn|Tex|Va|Vt|Wash|Wis|Wyo|AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|IA|"
    "ID|IL|KS|KY|LA|MA|MD|ME|MI|MN|MO|MS|MT|NC|ND|NE|NH|NJ|"
    "NM|NV|NY|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VA|VT|WA|WI|WV|WY|"
    "New York|New Jersey|New Hampshire|New Mexico|North Carolina|South Carolina|"
    "North Dakota|South Dakota|Rhode Island|West Virginia"
).split("|")


# Indiana's abbreviation is left out of the table: as one of the commonest words it would be found
# twice in every sentence. The judge looks for it behind a comma.
INDIANA = ", IN"


def cue_spellings() -> Iterator[Spelling]:
    """All cues, as spellings for the automaton."""
    for role, kinds, reason, words in _CUES:
        for word in words.split("|"):
            if word != "$":  # has no letters; the tagger looks for it itself
                yield Spelling(word, role, reason=reason, kinds=kinds)
    for state in US_STATES:
        yield Spelling(state, "after", reason=US_STATE, kinds=_PLACE)
