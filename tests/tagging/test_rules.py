"""A sentence for every rule of tagging: what must be found, and what must be rejected and why."""

import pytest

from feed.tagging.tagger import Tagger
from feed.taxonomy.loader import parse_taxonomy

# text -> {tag: surfaces}; tags not named must be absent
FOUND: list[tuple[str, dict[str, list[str]]]] = [
    # designators and their variants
    ("F-16C/D and F-16V Block 70 and F16AMs", {"weapon:f-16": ["F-16C/D", "F-16V Block 70", "F16AMs"]}),
    ("F‑16, F–16, F 16, F\u00a016", {"weapon:f-16": ["F‑16", "F–16", "F 16", "F\u00a016"]}),
    ("the F-160 road and X-F-16", {"weapon:f-16": ["F-16"]}),
    ("an AC-130 and a C-130J", {"weapon:c-130": ["C-130J"]}),
    ("M16 rifles, 16 tanks", {"weapon:tank": ["tanks"]}),
    ("Su-35S, T-72B3M, Leopard 2A7V, MiG-29SMT, Mi-8AMTSh", {
        "weapon:su-35": ["Su-35S"], "weapon:t-72": ["T-72B3M"], "weapon:leopard-2": ["Leopard 2A7V"],
        "weapon:mig-29": ["MiG-29SMT"], "weapon:mi-8": ["Mi-8AMTSh"]}),
    ("the S-300PMU-2 and S-300s", {"weapon:s-300": ["S-300PMU-2", "S-300s"]}),
    ("F-15EX beat F-15E", {"weapon:f-15ex": ["F-15EX"], "weapon:f-15": ["F-15E"]}),
    ("A 10 percent cut, a 10-year A-10 plan", {"weapon:a-10": ["A-10"]}),
    ("Leopard 2.5 and Leopard 2,000 and F-16%", {}),
    # lists
    ("F-15/16 crews", {"weapon:f-15": ["F-15"], "weapon:f-16": ["16"]}),
    ("MiG-29 and -31 jets", {"weapon:mig-29": ["MiG-29"], "weapon:mig-31": ["31"]}),
    ("Type 052C/D hulls", {"weapon:type-052c": ["Type 052C"], "weapon:type-052d": ["D"]}),
    ("four Type 052C/D ships, two HIMARSes", {
        "weapon:type-052c": ["Type 052C"], "weapon:type-052d": ["D"], "weapon:himars": ["HIMARSes"]}),
    ("a Tarantul corvette, a Kilo submarine", {
        "weapon:tarantul-class": ["Tarantul corvette"], "weapon:kilo-class": ["Kilo submarine"]}),
    # acronyms, capitals, case
    ("the U.S. and US and U.S. Army", {"country:united-states": ["U.S.", "US", "U.S."]}),
    ("it tells us that US forces", {"country:united-states": ["US"]}),
    ("turkey for dinner in Turkey", {"country:turkey": ["Turkey"]}),
    ("AZERBAIJAN BUYS HAROP DRONES", {
        "country:azerbaijan": ["AZERBAIJAN"], "weapon:harop": ["HAROP"], "weapon:uav": ["DRONES"]}),
    ("loitering munition, Loitering Munitions", {"weapon:loitering-munition": ["loitering munition", "Loitering Munitions"]}),
    # plural, possessive, demonym, quotes, diacritics
    ("Harops and Israelis and Azeris", {
        "weapon:harop": ["Harops"], "country:israel": ["Israelis"], "country:azerbaijan": ["Azeris"]}),
    ("Azerbaijan’s, Azerbaijan's and “Israel”", {"country:azerbaijan": ["Azerbaijan", "Azerbaijan"], "country:israel": ["Israel"]}),
    ("Türkiye, Tu\u0308rkiye, Turkiye", {"country:turkey": ["Türkiye", "Tu\u0308rkiye", "Turkiye"]}),
    ("Sa'ar 5, Sa’ar-5", {"weapon:saar-5": ["Sa'ar 5", "Sa’ar-5"]}),
    ("Aze\u00adrbaijan", {"country:azerbaijan": ["Aze\u00adrbaijan"]}),
    ("Turkeys and the Americas", {}),
    # longest match
    ("Israel Aerospace Industries and IAI Elta", {"company:iai": ["Israel Aerospace Industries"], "company:elta": ["IAI Elta"]}),
    ("Barak 8 in\n\nBarak\n\n8", {"weapon:barak-8": ["Barak 8"]}),
    # the leftmost wins, and what is left of the other is looked at again
    ("a Harop kamikaze drone", {"weapon:harop": ["Harop kamikaze"], "weapon:uav": ["drone"]}),
    ("a Boeing F-15EX and a Boeing F-15C", {"weapon:f-15ex": ["F-15EX"], "weapon:f-15": ["Boeing F-15C"]}),
    # money for a state
    ("It cost the US $5 million; allies paid U.S. $2 million and US $3.", {"country:united-states": ["US"]}),
    # a title or a river ends its own sentence
    ("He crossed the Congo River. Israel sent men.", {"country:israel": ["Israel"]}),
    ("He met the President. Israel said no.", {"country:israel": ["Israel"]}),
    # a system's name that begins with its maker's
    ("two IAI Harops and the IAI-Harop", {
        "weapon:harop": ["IAI Harops", "IAI-Harop"], "company:iai": ["IAI", "IAI"]}),
    # an acronym written like a word
    ("Himars and HIMARS", {"weapon:himars": ["Himars", "HIMARS"]}),
    # hyphens that are evidence
    ("Israeli-made, US-built, anti-Iran, Russia-backed", {
        "country:israel": ["Israeli"], "country:united-states": ["US"], "country:iran": ["Iran"], "country:russia": ["Russia"]}),
    # lists of languages, and of nations
    ("She speaks Turkish, Russian and Armenian, and learns Polish.", {}),
    ("They met in Turkish, Russian and Armenian ports", {
        "country:turkey": ["Turkish"], "country:russia": ["Russian"], "country:armenia": ["Armenian"]}),
    ("a house in Israel Road", {}),
    # members of a family
    ("He leaves his wife, Georgia, and a son, Jordan.", {}),
    ("The son of Israel's envoy", {"country:israel": ["Israel"]}),
    # corroboration of weak spellings
    ("Patriot missiles", {"weapon:patriot": ["Patriot missiles"]}),
    ("two Patriot batteries", {"weapon:patriot": ["Patriot"]}),
    # a designator after a name is no surname
    ("RAF: the Typhoon FGR4 flew", {"weapon:typhoon": ["Typhoon"]}),
    ("RAF: the Typhoon FGR flew", {"weapon:typhoon": ["Typhoon"]}),
    ("RAF: the Typhoon Fgr4 flew", {"weapon:typhoon": ["Typhoon"]}),
    ("RAF: a Typhoon Mk2 landed", {"weapon:typhoon": ["Typhoon"]}),
    ("RAF: a Typhoon T3 landed", {"weapon:typhoon": ["Typhoon"]}),
    ("a missile of Patriot Gem3 batteries", {"weapon:patriot": ["Patriot"]}),
    ("a missile of Patriot Pac3 batteries", {"weapon:patriot": ["Patriot"]}),
    ("PAC-3 arrived. Each Patriot crew", {"weapon:patriot": ["PAC-3", "Patriot"]}),
    ("Israel's Rafael won", {"country:israel": ["Israel"], "company:rafael": ["Rafael"]}),
    ("Spike, Barak 8 and others", {"weapon:spike": ["Spike"], "weapon:barak-8": ["Barak 8"]}),
    ("the defence firm Leonardo", {"company:leonardo": ["Leonardo"]}),
    ("Leonardo, the big shipyard supplier, won", {"company:leonardo": ["Leonardo"]}),
    ("Leonardo Vice President Jo Doe sold helicopters", {"company:leonardo": ["Leonardo"]}),
    ("Leonardo Ltd and Bell Inc", {"company:leonardo": ["Leonardo"], "company:bell": ["Bell"]}),
    ("The helicopter was sold by Leonardo.", {"company:leonardo": ["Leonardo"]}),
    ("The Harop and, from IAI, the Spike", {
        "weapon:harop": ["Harop"], "company:iai": ["IAI"]}),
    ("For Rafael Advanced Defense Systems the Spike is vital", {
        "company:rafael": ["Rafael Advanced Defense Systems"], "weapon:spike": ["Spike"]}),
    ("The Spike LR sold well, Rafael said", {"weapon:spike": ["Spike LR"], "company:rafael": ["Rafael"]}),
    ("The Russians and many Israelis", {"country:russia": ["Russians"], "country:israel": ["Israelis"]}),
    ("the Israeli-made Spike missile system, a Spike", {
        "country:israel": ["Israeli"], "weapon:spike": ["Spike missile", "Spike"]}),
    ("an Israeli-built Spike launcher", {"country:israel": ["Israeli"], "weapon:spike": ["Spike"]}),
    ("ships in Turkish waters, in French, Russian and Israeli hands", {
        "country:turkey": ["Turkish"], "country:france": ["French"], "country:russia": ["Russian"],
        "country:israel": ["Israeli"]}),
    ("In Kinshasa the Congo army", {"country:dr-congo": ["Congo"]}),
    ("Spike advanced guided missiles", {"weapon:missile": ["guided missiles"], "weapon:spike": ["Spike"]}),
    ("Rafael's Iron Beam and Spike LR", {"company:rafael": ["Rafael"], "weapon:spike": ["Spike LR"]}),
    ("an anti-Iskander shield", {"weapon:iskander": ["Iskander"]}),
    ("It left Israel. Today it sails", {"country:israel": ["Israel"]}),
    ("the frigate's fighter (F-16)", {"weapon:f-16": ["F-16"]}),
    ("study Russian and Turkish bases", {"country:turkey": ["Turkish"]}),
    ("They speak Polish and Russian officers listen", {"country:russia": ["Russian"]}),
    ("boats in Turkish, Russian and Armenian waters", {
        "country:turkey": ["Turkish"], "country:russia": ["Russian"], "country:armenia": ["Armenian"]}),
    ("the Turkish Bureau of Statistics", {"country:turkey": ["Turkish"]}),
    ("Leonardo supplies the guns.", {"company:leonardo": ["Leonardo"]}),
    ("Barak 8, a Patriot and two Spikes", {
        "weapon:barak-8": ["Barak 8"], "weapon:patriot": ["Patriot"], "weapon:spike": ["Spikes"]}),
    ("The missile came. Spikes followed.", {"weapon:spike": ["Spikes"]}),
    ("She fired a Spike. They shot down two Patriots.", {"weapon:spike": ["Spike"], "weapon:patriot": ["Patriots"]}),
    ("Jordan, Minn., is a town; the Jordan Armed Forces are in Jordan", {"country:jordan": ["Jordan", "Jordan"]}),
    ("The Israel Deployment Association met", {"country:israel": ["Israel"]}),
    ("Georgia, Armenia and Iran met. In Iran. Barak 8, a Spike", {
        "country:georgia": ["Georgia"], "country:armenia": ["Armenia"], "country:iran": ["Iran", "Iran"],
        "weapon:barak-8": ["Barak 8"], "weapon:spike": ["Spike"]}),
    ("It was in May. Spike, from Israel, won. Spikes from Israel", {
        "country:israel": ["Israel", "Israel"], "weapon:spike": ["Spike", "Spikes"]}),
    ("Defense Minister Israel Katz spoke. Israel has lost.", {"country:israel": ["Israel"]}),
    ("Israel struck. Israel Katz said Israel would go on.", {"country:israel": ["Israel", "Israel"]}),
    ("U.S. Patriot crews", {"country:united-states": ["U.S."], "weapon:patriot": ["Patriot"]}),
    # namesakes that are the state itself
    ("LEBANON, Pa. - She left for Lebanon, where the Lebanese army waits.", {"country:lebanon": ["Lebanon", "Lebanese"]}),
    ("LEBANON, Pa. - She left for Iran and Lebanon.", {"country:iran": ["Iran"], "country:lebanon": ["Lebanon"]}),
    ("ATLANTA - A guard unit is in the country of Georgia, in Georgia's hills", {
        "country:georgia": ["Georgia", "Georgia"]}),
    ("King Abdullah of Jordan met the Jordan Armed Forces; Jordan said", {"country:jordan": ["Jordan", "Jordan", "Jordan"]}),
    ("in Tbilisi, Georgia. Georgia, Armenia and Iran", {
        "country:georgia": ["Georgia", "Georgia"], "country:armenia": ["Armenia"], "country:iran": ["Iran"]}),
    ("Crews of Israel, Georgia, Armenia and Iran came.", {
        "country:israel": ["Israel"], "country:georgia": ["Georgia"], "country:armenia": ["Armenia"], "country:iran": ["Iran"]}),
    ("The Lebanon Police Department of Ohio trained with the Lebanese army in Lebanon", {
        "country:lebanon": ["Lebanese", "Lebanon"]}),
    ("troops from Syrian borders in Amman Jordan", {"country:jordan": ["Jordan"]}),
    ("the Patriot Company has Patriot missiles", {"weapon:patriot": ["Patriot missiles"]}),
    ("Sgt. Kyle French met French troops in Paris", {"country:france": ["French"]}),
    # a soldier's dateline says where the news is, an agency's where its bureau is
    ("CAMP DUNE, Iran -- A well was dug.", {"country:iran": ["Iran"]}),
    ("CAMP DUNE, Iran (AP) -- A well was dug.", {}),
    # a number is no place: the squadron's aircraft
    ("the 4th Fighter Squadron F-16 crews", {"weapon:f-16": ["F-16"]}),
    ("F-16; a Patriot; and two Spikes", {
        "weapon:f-16": ["F-16"], "weapon:patriot": ["Patriot"], "weapon:spike": ["Spikes"]}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_found(tagger: Tagger, text: str, expected: dict[str, list[str]]) -> None:
    mentions = tagger.find("", text).mentions()
    assert {tag: [m.surface for m in places] for tag, places in mentions.items()} == expected


REJECTED = [
    ("Michael Jordan spoke", "country:jordan", "person name"),
    ("Chad Smith spoke", "country:chad", "person name"),
    ("President Jordan Bardella", "country:jordan", "person name"),
    ("Michael B. Jordan", "country:jordan", "person name"),
    ("She wrote to a friend, Jordan, 41, of Ames.", "country:jordan", "person name"),
    ("Defense Minister Israel Katz", "country:israel", "person name"),
    (
        "Michael Jordan left. Jordan smiled.",
        "country:jordan",
        "a person or place of that name is meant",
    ),
    ("He gave it to Will Jordan that day", "country:jordan", "person name"),
    ("Sgt. Kyle French left. French said no.", "country:france", "person name"),
    (
        "Sgt. Kyle French left. French said no.",
        "country:france",
        "a person or place of that name is meant",
    ),
    ("They saw her as Dana Jordan that day", "country:jordan", "person name"),
    ("Miller Jordan Jr. left", "country:jordan", "person name"),
    ("in Atlanta, Georgia, on Monday", "country:georgia", "place in a US state"),
    (
        "the “Patriot” Brigade fired a missile; Patriots said",
        "weapon:patriot",
        "nickname of a unit",
    ),
    (
        "A missile at Foal Spike. Foal Spike ended.",
        "weapon:spike",
        "part of a longer name",
    ),
    (
        "Lebanon fixes a bridge. The Lebanon Fire Department helps.",
        "country:lebanon",
        "place in a US state",
    ),
    ("The City of Lebanon paves a road.", "country:lebanon", "name of a town, school or street"),
    ("The City of Lebanon paves a road to Lebanon.", "country:lebanon", "place in a US state"),
    ("at Iran Beach", "country:iran", "name of a town, school or street"),
    ("some Spike UAVs and a missile", "weapon:spike", "a namesake is meant"),
    ("the state of Georgia", "country:georgia", "place in a US state"),
    ("the Georgia Army National Guard", "country:georgia", "place in a US state"),
    ("a sailor from Lebanon, Pennsylvania", "country:lebanon", "place in a US state"),
    ("a sailor from Lebanon, Pa.", "country:lebanon", "place in a US state"),
    ("A man from Lebanon, Pa., drove home to Lebanon.", "country:lebanon", "place in a US state"),
    ("He left Lebanon, IN, and came back to Lebanon.", "country:lebanon", "place in a US state"),
    ("LEBANON, Pa. - Nobody in Lebanon was hurt.", "country:lebanon", "place in a US state"),
    ("ATLANTA - Georgia's budget passed.", "country:georgia", "place in a US state"),
    ("Georgia lawmakers met", "country:georgia", "place in a US state"),
    ("In Atlanta many Georgians vote", "country:georgia", "place in a US state"),
    ("at the Israel Fire Department", "country:israel", "name of a town, school or street"),
    ("Hurricane Georgia", "country:georgia", "name of a storm"),
    ("the ferry Israel sank", "country:israel", "name of a ship"),
    ("Turkish sausage", "country:turkey", "food, animal or custom"),
    ("the singer Rafael saw a missile", "company:rafael", "person name"),
    ("Leonardo drew a helicopter. Milan loves Leonardo.", "company:leonardo", "person name"),
    ("a missile man of Patriot, Texas", "weapon:patriot", "place in a US state"),
    ("J.J. Patriot and a missile", "weapon:patriot", "person name"),
    ("a spike in prices; a missile, the Spike", "weapon:spike", "nothing corroborates it"),
    ("The new Patriot Defence Minister saw a missile.", "weapon:patriot", "part of a longer name"),
    ("a lesson in Turkish is planned", "country:turkey", "language"),
    ("They speak Russian and Turkish, too", "country:turkey", "language"),
    ("In Turkish, she said no", "country:turkey", "language"),
    ("the Turkish word for it", "country:turkey", "language"),
    ("the South China Sea", "country:china", "part of “South China Sea”"),
    ("the Gulf of Oman", "country:oman", "sea, strait or river"),
    ("on Lake Chad", "country:chad", "sea, strait or river"),
    ("the China Strait", "country:china", "sea, strait or river"),
    ("the Israel Times said", "country:israel", "newspaper or outlet"),
    ("the Voice of America", "country:united-states", "newspaper or outlet"),
    ("a French-speaking crew", "country:france", "language"),
    ("she speaks French", "country:france", "language"),
    ("The manuals are in Turkish.", "country:turkey", "language"),
    ("They study Russian at the school", "country:russia", "language"),
    ("5 million Turkish lira", "country:turkey", "currency"),
    ("US$5", "country:united-states", "currency"),
    ("US dollars", "country:united-states", "currency"),
    ("Turkish shillings", "country:turkey", "currency"),
    ("a French-style parade", "country:france", "manner, not origin"),
    ("non-US parts", "country:united-states", "named by what it is not"),
    ("Turkish delight", "country:turkey", "food, animal or custom"),
    ("the USS America", "country:united-states", "name of a ship"),
    ("a Native American unit", "country:united-states", "part of “Native American”"),
    ("GIVE US PEACE", "country:united-states", "a word in capitals"),
    ("Bell rang for the missile", "company:bell", "nothing corroborates it"),
    ("Leonardo da Vinci drew an aircraft", "company:leonardo", "person name"),
    ("the Niger River and Lake Jordan and Jordan River", "country:jordan", "sea, strait or river"),
    ("Rafael Nadal saw the missile", "company:rafael", "person name"),
    (
        "Rafael Nadal played. Rafael won an Israeli missile.",
        "company:rafael",
        "nothing corroborates it",
    ),
    ("James Patriot of the missile unit", "weapon:patriot", "person name"),
    (
        "James Patriot spoke of the missile. Then Patriot left.",
        "weapon:patriot",
        "nothing corroborates it",
    ),
    ("“The missile works,” Patriot said", "weapon:patriot", "person name"),
    ("the Trident Patriot Society; missile", "weapon:patriot", "part of a longer name"),
    (
        "a missile at Patriot International Airport",
        "weapon:patriot",
        "name of a place or institution",
    ),
    ("Hurricane Typhoon and the RAF", "weapon:typhoon", "name of a place or institution"),
    ("Captain Patriot and a missile", "weapon:patriot", "person name"),
    ("Spike in attacks: missile", "weapon:spike", "nothing corroborates it"),
    ("the Cleveland Israelis and Screamin’ Iranians", "country:israel", "name of a team or unit"),
    ("Abu Ali al-Lebanese", "country:lebanon", "person name"),
    ("Spike users beware of a missile", "weapon:spike", "nothing corroborates it"),
    ("Also read: China's new destroyer", "country:china", "boilerplate"),
    ("Home.\n\nCopyright 2025 Israel Desk. All rights reserved.", "country:israel", "boilerplate"),
    (
        "A base opened. © 2025 Israel Desk Ltd. All rights reserved.",
        "country:israel",
        "boilerplate",
    ),
    ("Home > News > Israel > Ships\n\nA ship left.", "country:israel", "boilerplate"),
    ("a sailor from Lebanon, IN, and others", "country:lebanon", "place in a US state"),
    ("They may study Russian and Turkish at school", "country:turkey", "language"),
    ("It had manuals in Turkish and read them", "country:turkey", "language"),
    ("“My Turkish is poor,” he said", "country:turkey", "language"),
    ("the frigate ESPS Sol (F16)", "weapon:f-16", "hull number"),
    ("“Spikes” of the missile squadron", "weapon:spike", "nickname of a unit"),
    ("Spike attack injures a man", "weapon:spike", "nothing corroborates it"),
    (
        "Georgia Tech won. Ms Doe of Georgia spoke.",
        "country:georgia",
        "a person or place of that name is meant",
    ),
    ("an anti-tank weapon", "weapon:tank", "what it is made against"),
    ("It flew. (U.S. Army photo by Sgt. Jo Doe)", "country:united-states", "boilerplate"),
]


@pytest.mark.parametrize(("text", "tag", "reason"), REJECTED)
def test_rejected(tagger: Tagger, text: str, tag: str, reason: str) -> None:
    finding = tagger.find("", text)
    assert tag not in finding.mentions()
    assert reason in {r.reason for r in finding.rejections() if r.tag == tag}


def test_headline_in_title_case_is_no_evidence_of_a_name(tagger: Tagger) -> None:
    finding = tagger.find("Missile Attacks Spike Across Region", "Nothing else happened.")
    assert "weapon:spike" not in finding.mentions()
    finding = tagger.find("Army Buys Spike Missiles From Firm", "A Spike costs much.")
    assert "weapon:spike" in finding.mentions()


def test_a_headline_may_name_the_person_whom_the_text_names_in_full(tagger: Tagger) -> None:
    finding = tagger.find("Jordan was brief", "Michael Jordan left.")
    assert "country:jordan" not in finding.mentions()
    finding = tagger.find("Jordan was brief", "Jordan met Iran. Michael Jordan left.")
    assert len(finding.mentions()["country:jordan"]) == 2


def test_of_namesakes_the_one_that_is_named_is_meant() -> None:
    tagger = Tagger(parse_taxonomy(
        "weapon: {tags: {ifv: {label: Lynx KF41, weak: [Lynx], context: [army]},"
        " helicopter: {label: Lynx helicopter, weak: [Lynx], context: [army], maker: westland}}}\n"
        "company: {tags: {westland: Westland}}"
    ))  # fmt: skip
    finding = tagger.find("", "The army saw the Lynx KF41. A Lynx costs much.")
    assert list(finding.mentions()) == ["weapon:ifv"]
    assert [(r.tag, r.reason) for r in finding.rejections()] == [
        ("weapon:helicopter", "a namesake is meant")
    ]
    finding = tagger.find("", "Westland of the army saw a Lynx.")
    assert list(finding.mentions()) == ["company:westland", "weapon:helicopter"]
    both = tagger.find("", "The army saw a Lynx.").mentions()
    assert list(both) == ["weapon:ifv", "weapon:helicopter"]
