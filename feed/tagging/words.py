"""Word lists of the rules: second to the general rules, and each used by one of them."""

MONTHS = frozenset(
    """
    January February March April May June July August September October November December
    """.split()
)
# Words with a capital that may stand beside a name without making it part of a longer one.
ORGANISATIONS = frozenset(
    """
    Air Airborne Allied American Armed Armored Armoured Army Artillery Authority Base Battalion
    Battery Brigade Cabinet Coast Coalition Command Commission Corps Council Defence Defense
    Democratic Department Embassy Federal Fleet Force Forces Foreign Government Guard Home
    Infantry Joint Kingdom Land Maritime Marine Marines Military Ministry National Naval Navy
    Parliament Police Prime Regiment Republic Reserve Royal Self-Defense Soldiers Space Special
    Squadron State States Supreme Union United Wing Armoury Arsenal Program Programme Project
    Agency Office Airmen Sailors Troops President Minister Secretary Chief General Air-Launched
    Ground Northern Southern Eastern Western Upper Lower Central Monday Tuesday Wednesday
    Thursday Friday Saturday Sunday January February March April May June July August September
    October November December
    """.split()
)
# What follows a system's name: "Javelin launchers", "Patriot batteries".
PRODUCT_NOUNS = frozenset(
    """
    missile system launcher battery rocket tank jet fighter aircraft plane helicopter gunship
    drone howitzer gun radar interceptor munition torpedo mine vehicle carrier round shot bomb
    warhead seeker variant family unit operator crew pilot squadron fleet frigate corvette
    destroyer submarine class tanker bomber trainer satellite rifle turret mortar programme
    program production platform UAV UAS ATGM SAM APC IFV MRAP MLRS block mk gunner regiment
    battalion defence defense interception simulator upgrade engine pod
    launchers batteries systems munitions components deliveries delivery order
    contract sale export purchase deal acquisition shipment transfer
    """.split()
)
# What may stand between a system's name and such a noun: "Apache attack helicopters".
PRODUCT_ADJECTIVES = frozenset(
    """
    armoured armored air anti-tank anti-aircraft anti-ship operational-tactical quasi-ballistic
    surface-to-air air-to-air air-to-ground ballistic cruise loitering attack combat main infantry battle
    self-propelled advanced short-range medium-range long-range guided fighting light heavy stealth strategic tactical
    """.split()
)
# Common given names: a place or a system's name after one of them is a surname.
GIVEN_NAMES = frozenset(
    """
    Aaron Adam Adrian Ahmed Alan Albert Alex Alexander Alexandra Alice Ali Allison Amanda Amy
    Andrea Andrew Andy Angela Ann Anna Anne Anthony Antonio Arthur Ashley Barbara Barry Ben
    Benjamin Beth Betty Bill Bob Brad Brandon Brenda Brian Bruce Bryan Carl Carlos Carol
    Caroline Catherine Charles Charlie Chris Christian Christina Christine Christopher Claire
    Cynthia Dan Daniel Danielle David Dean Deborah Dennis Diana Diane Dick Donald Donna Dorothy
    Doug Douglas Dylan Ed Edward Eileen Elena Elizabeth Emily Emma Eric Erik Erin Ethan Eugene
    Eva Evan Frances Francis Frank Fred Gary George Gerald Gina Glenn Grace Graham Greg Gregory
    Hannah Harold Harry Heather Helen Henry Howard Ian Isaac Jack Jacob Jake James Jamie Jan
    Jane Janet Jason Jay Jean Jeff Jeffrey Jennifer Jeremy Jerry Jessica Jill Jim Jimmy Joan Joe
    Joel John Johnny Jon Jonathan Jose Joseph Joshua Juan Judith Judy Julia Julian Julie Justin
    Karen Karl Kate Katherine Kathleen Kathy Katie Keith Kelly Ken Kenneth Kevin Kim Kimberly
    Kyle Larry Laura Lauren Lawrence Lee Leo Leon Leonard Leslie Lewis Linda Lisa Liz Louis
    Louise Lucas Lucy Luis Luke Lynn Marc Marcus Margaret Maria Marie Mark Martha Martin Mary
    Matt Matthew Maureen Max Megan Melissa Michael Michelle Miguel Mike Mohammad Mohammed Monica
    Nancy Natalie Nathan Neil Nicholas Nick Nicole Nigel Noah Oliver Olivia Oscar Owen Pamela
    Pat Patricia Patrick Paul Paula Pedro Peggy Peter Phil Philip Rachel Ralph Randy Ray Raymond
    Rebecca Rich Richard Rick Rob Robert Robin Roger Ron Ronald Rosa Rose Ross Roy Russell Ruth
    Ryan Sally Sam Samantha Samuel Sandra Sara Sarah Scott Sean Sergei Sharon Shirley Simon
    Sophia Sophie Stanley Stephanie Stephen Steve Steven Stuart Sue Susan Suzanne Sylvia Tara
    Ted Teresa Terry Theodore Thomas Tiffany Tim Timothy Tina Todd Tom Tony Tracy Tyler Vernon
    Victor Victoria Vincent Virginia Walter Warren Wayne Wendy William Zachary Ehud Vladimir
    Yevgeny Yuri Ivan Dmitry Oleg Andrei Mikhail Nikolai Pavel Igor Hassan Hussein Omar Yusuf
    Ibrahim Mahmoud Chad Kenya India Paris Tyrone Dakota
    """.split()
)
# Words that, shouted in capitals, look like an acronym.
SHOUTED = frozenset(
    """
    US IT IN NO BE OR ME SO AM AS AT AN IS ON TO DO GO HE WE ALL CAN HAS WHO AIM HARM SAM ERA
    EDGE TOW ARM MAN TURKEY CHINA CHILE GREECE JERSEY POLISH
    """.split()
)
COMPANY_SUFFIXES = frozenset(
    """
    Inc Incorporated Corp Corporation Ltd Limited LLC plc PLC GmbH AG SA SAS SpA AB ASA Oy Oyj
    BV NV Co Company Group KG SE
    """.split()
)
# Capitalised words that follow a country's name in the names of its institutions and in headlines.
NO_SURNAMES = frozenset(
    """
    Airways Airlines Aerospace Aircraft Ambassador And Arab Army Bank Border Buys Canal Capital
    City Civil Company Court Customs Day Delegation Desert Economy Election Embassy Energy
    Exports For From Gets Has Imports In Industries Institute International Investment Is
    Islands Issue Minister Missile Mission Moves Museum News Of Oil On Orders Over Peace
    Pharmaceutical Plans Pledges Post Prison Private Province Public Railways Receives Relations
    Rejects Rescue Revolution Says Security Seeks Shipyards Signs Society Strikes Tax Technology
    Telecom Test Tests Times To Today Tourism Trade University Valley Vows Wants War Warns Was
    Weapons Will With World Weapon Says Wins Launches Unveils Eyes Hits
    """.split()
)


PEOPLES = frozenset(
    """
    Muslim Christian Arab Kurdish Sunni Shia Shiite Jewish Druze Orthodox Catholic Ethnic White
    Black Asian African
    """.split()
)
# Between a given name and a surname: Leonardo da Vinci.
PARTICLES = frozenset(("da", "de", "del", "della", "di", "van", "von", "bin", "al", "el"))
# Before a people's name these make no nickname.
DIRECTIONS = frozenset(
    """
    North South East West Northern Southern Eastern Western Central The Many Most Some
    """.split()
)
STATE_NAMESAKES = frozenset({"Georgia"})
# What only people do.
SPEECH = frozenset(
    "said says told added explained noted recalled joked replied wrote argued".split()
)
# What people call a company just before its name: "the drone maker Edge".
COMPANY_NOUNS = frozenset(
    """
    company firm group contractor subcontractor manufacturer maker shipbuilder shipyard shipyards supplier start-up startup giant
    subsidiary builder developer conglomerate planemaker integrator enterprise corporation partner competitor rival
    """.split()
)
# What one does with a language.
LANGUAGE_VERBS = frozenset(
    "study studies studied studying learn learns learned taught teach teaches understands mumbled".split()
)
