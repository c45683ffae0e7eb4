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
    October November December Vice Chairman Chairwoman Managing Director Senior Executive Deputy
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
    contract sale export purchase deal acquisition shipment transfer canister boat
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
    Alvin Alyssa Andre Angelo Antoine Barack Brent Brett Brittany Caleb Calvin Cameron Carla
    Carlton Casey Cedric Claude Cody Colin Corey Courtney Curtis Damon Darius Darrell Darren
    Darryl Denise Derek Derrick Dewayne Dominic Duane Dustin Dwayne Dwight Eddie Edgar Elaine
    Elijah Ellen Ernest Evelyn Felix Fernando Geoff Geoffrey Gerard Gilbert Gregg Guillermo
    Herbert Hugh Isabella Isaiah Jackie Jaime Jamal Jared Jasmine Javier Jeffery Jeremiah
    Jermaine Jerome Jesse Jorge Josh Juanita Katrina Kayla Kendra Kirk Kristen Kristin Kurt
    Latoya Leroy Lloyd Lonnie Lori Lorraine Lydia Malcolm Manuel Marcia Mario Marlon Marsha
    Marvin Maurice Melanie Melvin Nathaniel Nicolas Nina Norma Olivier Pablo Philippe Pierre
    Ramon Randall Raul Rebekah Reggie Renee Ricardo Roberta Roberto Rodney Roland Ronnie Ruben
    Sabrina Samir Sergio Shane Shannon Shaun Shawn Sheila Sonia Stacey Stacy Stefan Tamara
    Tanya Terrence Tommy Tracey Travis Trevor Tristan Valerie Vanessa Veronica Vicki Wendell
    Wesley Yolanda Yvonne Zach
    """.split()
)
# Names of countries that people are given so often that they are called by them.
GIVEN_OFTEN = frozenset("Jordan Chad Georgia Kenya".split())
# Names of countries and peoples that are surnames, behind a rank or a given name: "Sgt. Kyle French".
SURNAMES = frozenset("French German Welsh Poland Spain Brazil Germany".split())
# Given names that are places, too.
GIVEN_PLACES = frozenset("Virginia Victoria Georgia Chad Jordan Kenya India Paris Dakota".split())
# And so often born with that an unknown word before them is a given name: "Dana Jordan".
SURNAMES_OFTEN = frozenset(("Jordan",))
# But these are none.
NO_GIVEN_NAMES = frozenset(
    """
    Amman Aqaba Irbid Zarqa Mafraq Hashemite River Operation Exercise Camp Team Greater Neighboring
    Neighbouring Lake King Queen Crown Embassy Task In The And Of From With For Through Via Near
    Inside Outside Between Across Israel Israeli Syria Iraq Egypt Lebanon Palestine Saudi
    """.split()
)
# Names of companies and systems that people are given: "Rafael Nadal" is a person.
GIVEN_TOO = frozenset("Rafael Leonardo Bradley Gabriel Archer Griffin Hunter Iris".split())
# Words that, shouted in capitals, look like an acronym.
SHOUTED = frozenset(
    """
    US IT IN NO BE OR ME SO AM AS AT AN IS ON TO DO GO HE WE ALL CAN HAS WHO AIM HARM SAM ERA
    EDGE TOW ARM MAN TURKEY JERSEY POLISH
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
# Words that stand with a capital in headlines only, and are nobody's name.
HEADLINE_WORDS = NO_SURNAMES | frozenset(
    """
    Accepts Accused Accuses Acquires Across Activates Adds Admits Adopts Advances After Again
    Against Agreed Agrees Ahead Aid Aims All Alleges Allows Along Also Amid Among Announces
    Another Approves Are Arms Around Arrests Arrives As Asked Asks At Attack Attacked Attacks
    Awards Back Backs Bans Be Because Been Before Begins Behind Being Between Blames Postings
    Bombs Boosts Both Budget Building Builds But Buying By Calls Can Cancels Ceasefire
    Celebrates Chooses Claims Closes Commissions Completes Condemns Conducts Confirms Conflict
    Considering Considers Continues Could Coup Crisis Cuts Deal Deals Declares Defence Defends
    Defense Delays Delivers Demands Denies Deploys Despite Detains Develops Did Displays Do Does
    Down Downs Drone Drones Drops Elections Ends Enters Establishes Evacuates Every Exercise
    Exercises Exits Expands Expels Extends Faces Facing Fears Fights Finds Fires First Fleet
    Forces Foreign Gains Getting Gives Goes Government Grounds Had Halts Have Her His Holds
    Hopes Hosts How Inaugurates Inducts Inks Installs Intercepts Into Introduces Invades Invests
    Invites Issues Its Jet Jets Joining Joins Just Keeps Killed Kills Last Latest Launched Lays
    Leaders Leads Leave Leaves Leaving Led Lifts Likely Looking Loses Made Makes Making Marks
    May Might Military Modernises Modernizes More Most Mulls Must Navy Near Nears Needs
    Negotiates New Next No Not Now Nuclear Off Offers Officials Only Opens Opposes Or Ordered
    Other Out Pact Parliament Passes Pays Picks Planning Police Prepares Preparing Presents
    President Presses Prime Procures Program Programme Project Promises Proposes Protests Pulls
    Pushes Raids Raises Ratifies Reaches Readies Ready Recalls Recognises Recognizes Reconsiders
    Reduces Refuses Reinforces Releases Remains Replaces Reports Requests Resumes Retires
    Returns Reveals Reviews Risks Rocket Rockets Sanctions Scraps Seals Second Seeking Sees
    Seizes Selects Selling Sells Sends Sets Shells Ship Ships Shoots Should Shows Signing Since
    Sinks Slams Soldiers Soon Spending Spends Starts Still Stops Strike Submarine Submarines
    Submits Summit Summons Supplies Supports Suspends Takes Taking Talks Tank Tanks Targets
    Tells Testing Than That Their Third This Through Tightens Told Toward Towards Tracks Trains
    Treaty Tries Troops Truce Trying Turns Under Until Up Upgrades Used Uses Using Visit Votes
    Warned Weighs Welcomes Were What When Where Which While Who Why Withdraws Without Working
    Works Would Yet
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
# What towns have, and no states: after "the Lebanon Police Department", "Lebanon" is the town.
TOWN_BODIES = (
    "City Council", "Police Department", "Fire Department", "Town Council", "Borough Council", "Fire Company",
    "City Manager", "School Board", "Town Hall", "City Hall",
)  # fmt: skip
# States with cities of their names.
WITH_CITIES = frozenset(
    "Mexico Guatemala Kuwait Panama Vatican Singapore Djibouti Luxembourg Monaco Tunisia Algeria".split()
)
# What only people do.
SPEECH = frozenset(
    "said says told added explained noted recalled joked replied wrote argued".split()
)
# What no company does.
DEEDS = frozenset(
    """
    drew painted sketched sculpted sang played scored taught died married smiled laughed wept
    studied dreamed danced retired joked
    """.split()
)
# Before a name these are no end of a sentence.
RANKS = frozenset(
    """
    Mr. Mrs. Ms. Dr. Prof. Sen. Rep. Gov. Gen. Lt. Col. Maj. Capt. Cmdr. Adm. Sgt. Cpl. Pvt. Spc.
    Pfc. St. Ste. Brig. Hon. Rev. Fr. Sr. Ft. Mt. Lance. Cdr. Comdr. Supt. Insp.
    """.split()
)
# What people call a company just before its name: "the drone maker Edge".
COMPANY_NOUNS = frozenset(
    """
    company firm group contractor subcontractor manufacturer maker shipbuilder shipyard shipyards supplier start-up startup giant
    subsidiary builder developer conglomerate planemaker integrator enterprise corporation partner competitor rival
    """.split()
)
# What only companies do: "Leonardo supplies the guns".
COMPANY_VERBS = frozenset(
    """
    supplies supplied manufactures manufactured produces unveils unveiled markets marketed
    subcontracts subcontracted outbid shares subsidiary
    """.split()
)
# What people are called just before their names, in small letters: "the singer Rafael".
CALLINGS = frozenset(
    """
    president senator congressman congresswoman governor mayor minister premier chancellor general
    admiral colonel lieutenant sergeant captain coach judge justice lawyer attorney professor
    detective sheriff bishop archbishop pope saint king queen prince princess emperor singer
    songwriter rapper guitarist drummer pianist composer conductor actor actress comedian director
    author writer novelist poet painter sculptor artist philosopher mathematician astronomer
    physicist footballer striker midfielder defender winger goalkeeper pitcher quarterback
    linebacker receiver forward guard outfielder boxer golfer swimmer sprinter cyclist jockey
    mascot dog horse cat
    """.split()
)
# What one does with a language.
LANGUAGE_VERBS = frozenset(
    "study studies studied studying learn learns learned taught teach teaches understands mumbled".split()
)
# What only the news of the American Georgia names, and what only that of the country does.
OF_THE_STATE = (
    "Atlanta", "ATLANTA", "Savannah", "SAVANNAH", " Macon", "Marietta", "Valdosta", " Ga.", "Gov. Kemp", "Brian Kemp",
    "Fort Stewart", "Fort Benning", "Fort Moore", "Fort Gordon", "Fort Eisenhower", "Bulldogs", "Warner Robins",
    "Robins Air Force Base", "Moody Air Force Base", "Dobbins", "Hunter Army Airfield", "Kings Bay", "Hinesville",
    "DeKalb County", "Gwinnett", "Fulton County", "Cobb County", "Barrow County", "Clarke County", "Statesboro",
    "Kennesaw", "Warnock", "Ossoff", "Raffensperger", "Stacey Abrams", "Gov. Deal", "Sonny Perdue",
)  # fmt: skip
OF_THE_COUNTRY = (
    "Tbilisi", "TBILISI", "Batumi", "Kutaisi", "Vaziani", "Rustavi", "Caucasus", "Abkhaz", "South Ossetia", "Georgian ",
    "Kobakhidze", "Saakashvili", "Black Sea", "Noble Partner", "Agile Spirit", " Norio", "ountry of Georgia",
    "nation of Georgia", "epublic of Georgia",
)  # fmt: skip
