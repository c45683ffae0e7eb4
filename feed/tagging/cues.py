"""Words around a name that say what it is not: the general rules of tagging, as one table.

Each cue goes into the same automaton as the names, so that a rule costs nothing until its words
occur. Smart case holds for cues, too: "Sea" must be capital, "dollars" need not be.
Adding a rule is adding a row; `tests/test_rules.py` has a sentence for each.
"""

from collections.abc import Iterator

from feed.tagging.spellings import Role, Spelling
from feed.taxonomy import Kind

_ALL: tuple[Kind, ...] = ("place", "organisation", "product", "thing")
_PLACE: tuple[Kind, ...] = ("place",)
_MADE: tuple[Kind, ...] = ("organisation", "product")

# Role, kinds it applies to, reason shown by `explain`, words.
_CUES: tuple[tuple[Role, tuple[Kind, ...], str, str], ...] = (
    # fmt: off
    ("after", _PLACE, "sea, strait or river",
     "Sea|Seas|Strait|Straits|Ocean|Channel|Gulf|Bay|River|Delta|Trench|Basin|Plate|Peninsula|Canal Zone"),
    ("before", _PLACE, "sea, strait or river",
     "Gulf of|Sea of|Strait of|Straits of|Bay of|Bight of|Isle of|river|River|Lake"),
    ("after", _PLACE, "newspaper or outlet",
     "Daily|Times|Post|Herald|Tribune|Gazette|Observer|Telegraph|Mail|Chronicle|Morning Post|Today|Weekly"
     "|Monitor|Eye|Insider|Independent|Journal|Broadcasting|News Agency|Press Agency|News Network|Newsweek|Hayom"),
    ("before", _PLACE, "newspaper or outlet",
     "Times of|Voice of|Radio|Sky News|Daily News of"),
    ("after", _PLACE, "language",
     "speaking|language|speaker|speakers|language-speaking|translator|translators|interpreter|interpreters"
     "|translation|subtitles|grammar|dialect|alphabet|lessons"),
    ("before", _PLACE, "language",
     "speaks|speak|spoke|fluent|fluent in|learn|learning|translated from|translated into"),
    ("after", _PLACE, "currency",
     "$|dollar|dollars|franc|francs|pound|pounds|sterling|lira|liras|rouble|roubles|ruble|rubles|yen|yuan|rupee"
     "|rupees|peso|pesos|krona|kronor|krone|kroner|rial|rials|riyal|riyals|shekel|shekels|dinar|dinars|dirham"
     "|dirhams|zloty|zlotys|hryvnia|hryvnias|ringgit|rupiah|baht|forint|forints"),
    ("after", _PLACE, "manner, not origin", "style|like|sounding|looking|themed|accented|inspired"),
    ("before", _PLACE, "named by what it is not", "non"),
    ("before", _PLACE, "person name", "al|el|bin|ibn|Abu"),
    ("after", _PLACE, "food, animal or custom",
     "delight|pastry|pastries|cheese|chocolate|chocolates|coffee|tea|breakfast|muffin|muffins|fries"
     "|toast|rug|rugs|carpet|carpets|shepherd|shepherds|Shepherd|setter|terrier|bulldog|hat|hats|nut|nuts"
     "|cuisine|restaurant|restaurants|cooking|wine|whisky|whiskey|opera|sheepdog|mastiff|roulette|oven|horn"),
    ("after", _PLACE, "sport",
     "Open|Grand Prix|Cup|national football team|national team|football club|FC|Masters|Patriots|Lions|Rugby"),
    ("before", _ALL, "name of a ship",
     "USS|USNS|USCGC|HMS|HMCS|HMAS|HMNZS|RFA|INS|PNS|KRI|BRP|TCG|ROKS|JS|FS|FGS|ITS|ESPS|HNLMS|HDMS|HNoMS|HSwMS|ORP"
     "|BNS|KD|RSS|ARA|SS|MV|MT|M/V|M/T|U.S.S.|H.M.S."),
    ("after", _MADE, "name of a place or institution",
     "Air Force Base|AFB|Air Base|Airfield|International Airport|Airport|Air National Guard Base|Joint Base"
     "|University|College|Technical College|Community College|High School|Middle School|Elementary School|School"
     "|Hospital|Medical Center|Stadium|Arena|Street|Avenue|Boulevard|Road|Drive|Lane|County|Island|Islands|Mountain"
     "|Mountains|Peak|Creek|Lake|Park|Beach|Barracks|Theatre|Theater|Museum|Church|Cathedral|Foundation|Prize"
     "|Award|Act|League|Cup|Festival|Hotel|Casino|Records|Magazine|Tower"),
    ("before", _MADE, "name of a place or institution",
     "Fort|Camp|Mount|Lake|University of|City of|County of|Port of|Saint|Hurricane|Tropical Storm|Storm"
     "|Cyclone|Super Typhoon|Exercise|Operation|Task Force|Squadron"),
    ("title", _ALL, "person name",
     "Mr|Mrs|Ms|Dr|Prof|Sir|Lady|Lord|Pope|Saint|St|President|Vice President|Prime Minister|Minister|Secretary|Senator"
     "|Sen|Rep|Congressman|Congresswoman|Governor|Gov|Mayor|Ambassador|Judge|Justice|Chancellor|General|Gen|Lt|Col"
     "|Colonel|Maj|Major|Capt|Captain|Cmdr|Commander|Admiral|Adm|Sgt|Sergeant|Cpl|Corporal|Pvt|Private|Spc"
     "|Pfc|Lieutenant|Chief|Petty Officer|Airman|Seaman|Marshal|Brigadier|Commodore|Coach|Professor"
     "|Spokesman|Spokeswoman|spokesman|spokeswoman|spokesperson|analyst|Private First Class|Staff Sgt|Tech Sgt"),
    ("mask", _ALL, "not part of the article",
     "also read|read also|read more|see also|related articles|related stories|share on|share this|follow us"
     "|subscribe to|sign up for|all rights reserved|copyright|photo by|photo courtesy of|image credit|photo credit"
     "|picture by|courtesy photo|click here|recommended for you|you may also like|advertisement|getty images"
     "|photo illustration by|video by|graphic by|reporting by|editing by|writing by|additional reporting"),
    # fmt: on
)
US_STATES = (
    "Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Hawaii Idaho Illinois Indiana "
    "Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana "
    "Nebraska Nevada Ohio Oklahoma Oregon Pennsylvania Tennessee Texas Utah Vermont Virginia Washington Wisconsin "
    "Wyoming Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb Nev Okla "
    "Ore Pa Tenn Tex Va Vt Wash Wis Wyo AL AK AZ AR CA CO CT DE FL GA IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT "
    "NC ND NE NH NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY"
).split() + ["New York", "New Jersey", "New Hampshire", "New Mexico", "North Carolina", "South Carolina",
             "North Dakota", "South Dakota", "Rhode Island", "West Virginia"]  # fmt: skip
US_STATE = "place in a US state"


def cue_spellings() -> Iterator[Spelling]:
    """All cues, as spellings for the automaton."""
    for role, kinds, reason, words in _CUES:
        for word in words.split("|"):
            if word != "$":  # has no letters; the tagger looks for it itself
                yield Spelling(word, role, reason=reason, kinds=kinds)
    for state in US_STATES:
        yield Spelling(state, "after", reason=US_STATE, kinds=_PLACE)


MONTHS = frozenset(
    "January February March April May June July August September October November December".split()
)
# Words with a capital that may stand beside a name without making it part of a longer one.
ORGANISATIONS = frozenset(
    """
    Air Airborne Allied American Armed Armored Armoured Army Artillery Authority Base Battalion Battery Brigade Cabinet
    Coast Coalition Command Commission Corps Council Defence Defense Democratic Department Embassy Federal Fleet Force
    Forces Foreign Government Guard Home Infantry Joint Kingdom Land Maritime Marine Marines Military Ministry National
    Naval Navy Parliament Police Prime Regiment Republic Reserve Royal Self-Defense Soldiers Space Special Squadron
    State States Supreme Union United Wing Armoury Arsenal Program Programme Project Agency Office Airmen Sailors Troops
    President Minister Secretary Chief General Air-Launched Ground Northern Southern Eastern Western Upper Lower Central
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September
    October November December
    """.split()
)
# What follows a system's name: "Javelin launchers", "Patriot batteries".
PRODUCT_NOUNS = frozenset(
    """
    missile system launcher battery rocket tank jet fighter aircraft plane helicopter gunship drone howitzer gun radar
    interceptor munition torpedo mine vehicle carrier round shot bomb warhead seeker variant family unit operator crew
    pilot squadron fleet frigate corvette destroyer submarine class tanker bomber trainer satellite rifle turret mortar
    programme program production platform UAV UAS ATGM SAM APC IFV MRAP MLRS block mk team gunner regiment battalion
    defence defense interception simulator software upgrade engine pod armoured armored air anti-tank anti-aircraft
    anti-ship operational-tactical quasi-ballistic surface-to-air air-to-air ballistic cruise loitering attack combat main infantry self-propelled
    launchers batteries systems munitions components deliveries delivery order contract advanced
    """.split()
)
# Common given names: a place or a system's name after one of them is a surname.
GIVEN_NAMES = frozenset(
    """
    Aaron Adam Adrian Ahmed Alan Albert Alex Alexander Alexandra Alice Ali Allison Amanda Amy Andrea Andrew Andy Angela
    Ann Anna Anne Anthony Antonio Arthur Ashley Barbara Barry Ben Benjamin Beth Betty Bill Bob Brad Brandon Brenda Brian
    Bruce Bryan Carl Carlos Carol Caroline Catherine Charles Charlie Chris Christian Christina Christine Christopher
    Claire Cynthia Dan Daniel Danielle David Dean Deborah Dennis Diana Diane Dick Donald Donna Dorothy Doug Douglas Dylan
    Ed Edward Eileen Elena Elizabeth Emily Emma Eric Erik Erin Ethan Eugene Eva Evan Frances Francis Frank Fred Gary
    George Gerald Gina Glenn Grace Graham Greg Gregory Hannah Harold Harry Heather Helen Henry Howard Ian Isaac Jack Jacob
    Jake James Jamie Jan Jane Janet Jason Jay Jean Jeff Jeffrey Jennifer Jeremy Jerry Jessica Jill Jim Jimmy Joan Joe Joel
    John Johnny Jon Jonathan Jose Joseph Joshua Juan Judith Judy Julia Julian Julie Justin Karen Karl Kate Katherine Kathleen
    Kathy Katie Keith Kelly Ken Kenneth Kevin Kim Kimberly Kyle Larry Laura Lauren Lawrence Lee Leo Leon Leonard Leslie
    Lewis Linda Lisa Liz Louis Louise Lucas Lucy Luis Luke Lynn Marc Marcus Margaret Maria Marie Mark Martha Martin Mary
    Matt Matthew Maureen Max Megan Melissa Michael Michelle Miguel Mike Mohammad Mohammed Monica Nancy Natalie Nathan Neil
    Nicholas Nick Nicole Nigel Noah Oliver Olivia Oscar Owen Pamela Pat Patricia Patrick Paul Paula Pedro Peggy Peter Phil
    Philip Rachel Ralph Randy Ray Raymond Rebecca Rich Richard Rick Rob Robert Robin Roger Ron Ronald Rosa Rose Ross Roy
    Russell Ruth Ryan Sally Sam Samantha Samuel Sandra Sara Sarah Scott Sean Sergei Sharon Shirley Simon Sophia Sophie
    Stanley Stephanie Stephen Steve Steven Stuart Sue Susan Suzanne Sylvia Tara Ted Teresa Terry Theodore Thomas Tiffany Tim
    Timothy Tina Todd Tom Tony Tracy Tyler Vernon Victor Victoria Vincent Virginia Walter Warren Wayne Wendy William Zachary
    Ehud Vladimir Yevgeny Yuri Ivan Dmitry Oleg Andrei Mikhail Nikolai Pavel Igor Hassan Hussein Omar Yusuf Ibrahim Mahmoud
    """.split()
)
# Words that, shouted in capitals, look like an acronym.
SHOUTED = frozenset("US IT IN NO BE OR ME SO AM AS AT AN IS ON TO DO GO HE WE ALL CAN HAS WHO AIM HARM SAM ERA EDGE TOW ARM MAN".split())  # fmt: skip
COMPANY_SUFFIXES = frozenset(
    "Inc Incorporated Corp Corporation Ltd Limited LLC plc PLC GmbH AG SA SAS SpA AB ASA Oy Oyj BV NV Co Company Group KG SE".split()
)  # fmt: skip
