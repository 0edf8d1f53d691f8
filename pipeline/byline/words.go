package byline

import "strings"

// The word lists of the grammar, folded. They are closed classes; outlets and
// agencies stand in orgs.go.

func set(lists ...string) map[string]bool {
	m := make(map[string]bool)
	for _, l := range lists {
		for _, w := range strings.Fields(l) {
			m[w] = true
		}
	}
	return m
}

// connectors stand between persons.
var connectors = set("and und et y e og och en ja i oraz ir un és și и та və ve kaj e. with avec mit con")

// weakConnectors are also parts of Spanish, Portuguese and Polish names or
// initials, and need a whole name on both sides.
var weakConnectors = set("y e i en un ir ja ve con mit")

// intros open a byline or a group in it: the first word of each.
var intros = set("by von par por di door av af przez texte text words story autor autorin autore author authors reporter reporters",
	"reportage byline written posted reported compiled edited photograph photographs photography photo photos illustration illustrations",
	"video graphics graphic foto fotos fotografie bild bilder analysis opinion column commentary interview from de da fra od от автор",
	"editor contributor contributed published updated translated adapted produced research data")

// introPhrases are the intros in full, with the role they give.
var introPhrases = buildIntros(`
reporting|by;by:;by -;written by;story by;stories by;reported by;words by;words:;text by;text:;texts:;texte;texte :;texte de;texte par;posted by;author:;authors:;author;authors;autor:;autorin:;autoren:;autore:;autor;autorin;reporter:;reporters:;von;par;por;di;door;av;af;przez;reporting by;published by;submitted by;contributed by;byline:;automatic by;analysis by;opinion by;commentary by;column by;review by;interview by;essay by;a column by;a commentary by;guest post by;автор:;автор;from:;posted:;story:;stories:;data by;research by
photo|photograph by;photographs by;photography by;photo by;photos by;photo:;photos:;photographer:;photographs:;photography:;foto:;fotos:;foto di;fotos von;foto von;bild:;bilder:;images by;pictures by;picture by;image:;images:
illustration|illustration by;illustrations by;illustrated by;illustration:;illustrations:;graphics by;graphic by;graphic:;graphics:;grafik:;art by
video|video by;videos by;video:
editing|edited by;editing by;editor:;editors:;edited:
writing|writing by;compiled by;rewritten by;writes
translation|translated by;translation by;adapted by
photo|by photographer
`)

type intro struct {
	words []string // the folded words, a colon its own
	role  string
}

func buildIntros(table string) map[string][]intro {
	m := make(map[string][]intro)
	for row := range strings.Lines(table) {
		role, list, ok := strings.Cut(strings.TrimSpace(row), "|")
		if !ok {
			continue
		}
		for p := range strings.SplitSeq(list, ";") {
			words := strings.Fields(strings.ReplaceAll(strings.ReplaceAll(p, ":", " : "), " - ", " "))
			m[words[0]] = append(m[words[0]], intro{words, role})
		}
	}
	return m
}

// lineStartOnly are intros that are also particles or words of names: they
// count only at the start of a line.
var lineStartOnly = set("von di par por av af door author autor writes di")

// jobs are the nouns of a job title; the value is 2 for plurals, which go to
// every person before them.
var jobs = buildJobs(`writer reporter editor correspondent columnist critic journalist producer photographer photojournalist videojournalist cameraman camerawoman analyst contributor
	author anchor presenter broadcaster blogger commentator researcher fellow intern chief reviewer cartoonist illustrator videographer
	redakteur redakteurin reporterin korrespondent korrespondentin journalistin autor autorin journaliste correspondant correspondante redactor
	redactora periodista corresponsal enviado enviada giornalista corrispondente inviato jornalista repórter redaktør journalist toimittaja
	professor lecturer director president founder ceo strategist economist attorney lawyer meteorologist host manager officer expert
	specialist consultant assistant associate coordinator secretary minister senator chairman chairwoman chair dean scientist historian author
	freelancer stringer bureau deputy publisher ombudsman moderator curator trainer physician dietitian nutritionist psychologist engineer`,
	`writers reporters editors correspondents columnists critics journalists producers photographers analysts contributors authors researchers
	redakteure korrespondenten journalistes corresponsales giornalisti`)

func buildJobs(singular, plural string) map[string]int {
	m := make(map[string]int)
	for _, w := range strings.Fields(singular) {
		m[w] = 1
	}
	for _, w := range strings.Fields(plural) {
		m[w] = 2
	}
	return m
}

// jobModifiers stand before the noun of a job title.
var jobModifiers = set(`staff senior junior chief special political politics business sports sport science health medical education religion
	national international foreign world economics economic financial finance technology tech cybersecurity entertainment music movie film tv
	television arts art culture food travel fashion lifestyle features feature investigative contributing deputy assistant associate executive
	managing general assignment environmental environment climate energy legal court courts crime justice transportation military defense
	defence diplomatic security white house congressional washington state city metro local regional night weekend digital online web social
	media data video photo news opinion editorial space aerospace airlines auto automotive real estate housing consumer retail personal
	aviation african asian european middle east latin america america's china india russia europe asia africa bureau team lead principal
	freelance guest our royal community breaking live visual audio engagement audience research policy public affairs government statehouse
	racing football baseball basketball hockey golf tennis soccer cricket rugby boxing nfl nba mlb nhl college the in at former co
	us u.s. uk eu un investments markets property media labor labour agriculture weather university professional licensed registered`)

// orgNouns end the name of an outlet or organisation; 2 marks those that are
// no surnames.
var orgNouns = buildOrgNouns(`news times herald tribune gazette ledger chronicle observer inquirer enquirer examiner courier journal magazine daily weekly
	university college institute foundation agency network media newspaper newspapers radio television tv broadcasting communications
	bureau ministry department association council committee center centre society company corporation corp corp. inc inc. ltd ltd. llc gmbh
	group agencies wire newswire newsroom press-herald union-tribune post-dispatch post-gazette sun-times online.com zeitung tidende avis
	blatt anzeiger rundschau presse nachrichten allgemeine noticias notícias diario diário jornal journal gazzetta giornale sanomat lehti
	publishing publications entertainment studios productions digital desk team staff editors contributors writers reporters community
	federation museum hospital school academy alliance coalition party office police embassy club review bulletin monitor dispatch enterprise
	republican democrat sentinel telegraph telegram mercury argus beacon record register reporter nation insider report reports institute's
	athletics sports health science technology business finance money law partners solutions services systems international project
	technologies technology capital ventures consulting labs laboratories software bank energy holdings
	central reuters.com online blog blogs podcast films pictures images photography photos archive library getty`,
	`post press star sun globe mail standard voice world page guardian eagle bee day mirror express echo banner bell leader advocate citizen
	independent spectator scotsman hill wire patch slate stuff today statesman news-press`)

func buildOrgNouns(strong, weak string) map[string]int {
	m := make(map[string]int)
	for _, w := range strings.Fields(weak) {
		m[w] = 1
	}
	for _, w := range strings.Fields(strong) {
		m[w] = 2
	}
	return m
}

// ranks open a job title and never a name.
var ranks = set("lead senior junior chief deputy associate assistant managing executive contributing principal acting former interim special staff editorial")

// affiliations are the nouns that make an organisation an affiliation rather
// than an outlet.
var affiliations = set(`university college institute foundation ministry department association council committee center centre society
	federation museum hospital school academy alliance coalition party office embassy llc inc inc. corp ltd gmbh universität université
	universidad università universitet hochschule partners police`)

// staffPhrases are bylines without a person, folded, as a whole segment.
var staffPhrases = buildPhrases(`staff;staff writer;staff writers;staff reporter;staff reporters;staff report;staff reports;staff and wire reports;
	wire reports;wire services;wire report;news services;from staff reports;from staff and wire reports;from wire reports;from wire services;
	newsroom;news desk;newsdesk;web desk;webdesk;digital desk;sports desk;city desk;foreign desk;the newsroom;news team;digital team;web team;
	sports staff;news staff;editorial staff;editorial team;editorial board;the editorial board;editorial;editors;the editors;editor;our editors;
	the editor;editor's desk;admin;administrator;guest;guest author;guest contributor;guest writer;guest columnist;guest post;contributor;contributors;contributed;
	contributing writer;special correspondent;our correspondent;our own correspondent;our staff correspondent;our staff reporter;our reporter;
	our bureau;our correspondents;correspondent;correspondents;reporter;agencies;agency;agency report;press release;news release;submitted;anonymous;
	redaktion;die redaktion;la rédaction;rédaction;la redaction;redacción;la redacción;redazione;la redazione;redação;da redação;redactie;de redactie;
	redaksjonen;redaktionen;toimitus;toimetus;von unserer redaktion;online-redaktion;agenturen;agences;avec agences;agencias;agenzie;
	staff editor;site staff;site editor;news editor;online editor;web editor;digital editor;web staff;writer;author;user;unknown;none;null;n/a;
	tribune wire reports;service reports;from news services;from our correspondent;from our special correspondent;syndicated content;sponsored content;
	sponsored;partner content;branded content;brand studio;content team;video desk;photo desk;features desk;business desk;world desk;national desk;
	bot;newsbot;automated insights;wires;newswire;newswires;news agencies;news agency;reports;from reports;live updates;ap staff;afp staff;reuters staff;
	the staff;our team;team;communications;public affairs;media relations;press office;news office;university communications;university relations;
	marketing;advertorial;advertisement;readers;reader;letters;letter to the editor;letters to the editor;press association;nota de redacción;新闻中心;编辑部;本报讯`)

func buildPhrases(list string) map[string]bool {
	m := make(map[string]bool)
	for p := range strings.SplitSeq(list, ";") {
		m[strings.Join(strings.Fields(p), " ")] = true
	}
	return m
}

// junk are words of a page, not of a byline: a segment that starts with one,
// or whose every word is one, says nothing of persons.
var junk = set(`updated published posted last modified first min mins minute minutes read hours hour ago day days week weeks month months yesterday
	today tomorrow am pm a.m. p.m. est edt cst cdt mst mdt pst pdt gmt utc bst cet cest et pt ist aest share tweet email e-mail print save subscribe follow view
	profile bio more comments comment listen watch gallery photos view all show hide close open opens new window twitter facebook linkedin instagram
	log in sign up newsletter advertisement created edited date time jan. publish updates follow author archive archives latest articles stories
	article story recent see full about contact website rss feed loading read here click image source contributor's biography page
	monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun uhr stand aktualisiert veröffentlicht publié mis à jour le publicado actualizado`)

// glued are words that page text glues to a name, besides months.
var glued = set("mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday share aa updated published posted follow email by staff read view")

// suffixes follow a name and belong to it.
var suffixes = set("jr jr. sr sr. ii iii iv")

// degrees follow a name and are no part of it.
var degrees = set(`ph.d. ph.d phd m.d. m.d md j.d. jd esq esq. dds rn r.n. rd r.d. m.a. ma mba m.b.a. mph m.p.h. msc bsc b.a. ba b.s. bs ms m.s. dphil d.phil.
	mp m.p. mep obe cbe mbe kbe cfa cpa cfp dvm d.o. do lmft lcsw np pa-c pharmd cscs psyd psy.d. frs facs faap rdn cissp mbbs dr. prof. drph sj s.j. op o.p.
	he/him she/her they/them him her`)

// honorifics precede a name and are no part of it.
var honorifics = set("dr dr. prof prof. mr mr. mrs mrs. ms ms. sir dame lord rev rev. fr fr. sen. rep. gov. lt. col. capt. gen. sgt. hon. professor doctor")

// particles are the small words inside names.
var particles = set(`de da do dos das di del della delle dello degli dei du des la le les lo los las von vom zu zur zum van der den het ter ten te 't af av
	al el ul bin ibn ben bint abu ould st st. san santa mac y e van't op 'd d' o' ap y i vander`)

// lowParticles are the particles that stay small when capitals are restored.
var lowParticles = set(`de da do dos das di del della delle degli du des von vom zu zur van der den het ter ten te af av bin ibn bint y e`)

// small are words that stand in a byline in small letters without being names.
var small = set(`in at for of to from on the a an with special as told via per near contributed contributing reporting additional aus à en i w dans from a`)

// notNames never are a word of a person's name in a byline, whatever its case.
var notNames = set(`the this that these those our your my more most all new news staff desk how why what when where who which read latest breaking
	live update updates today watch video photo photos image images gallery opinion editorial special advertisement sponsored sponsor content follow subscribe
	sign newsletter magazine online home about contact privacy terms cookie policy copyright rights reserved inc inc. ltd llc website web site page
	published updated posted monday tuesday wednesday thursday friday saturday sunday january february april july august september october november december
	university college institute newspaper agency agencies press-release reporter reporters writer writers editor editors correspondent correspondents
	columnist contributor contributors journalist author authors team bureau newsroom association department ministry community story stories
	article articles report reports reporting comments comment share twitter facebook instagram linkedin email print pm am est edt gmt a an and or but with for from of to in at on by
	social links navigation edit profile skip menu search log text size font
	is are was were has have not no his her their its will would can could may's it we you they he she
	foundation network media company corporation group television radio international`)

// regions may follow a place after a comma: "Duluth, Minn.".
var regions = buildPhrases(`alabama;ala.;alaska;arizona;ariz.;arkansas;ark.;california;calif.;colorado;colo.;connecticut;conn.;delaware;del.;florida;fla.;
	georgia;ga.;hawaii;idaho;illinois;ill.;indiana;ind.;iowa;kansas;kan.;kentucky;ky.;louisiana;la.;maine;maryland;md.;massachusetts;mass.;michigan;mich.;
	minnesota;minn.;mississippi;miss.;missouri;mo.;montana;mont.;nebraska;neb.;nevada;nev.;new hampshire;n.h.;new jersey;n.j.;new mexico;n.m.;new york;n.y.;
	north carolina;n.c.;north dakota;n.d.;ohio;oklahoma;okla.;oregon;ore.;pennsylvania;pa.;rhode island;r.i.;south carolina;s.c.;south dakota;s.d.;tennessee;tenn.;
	texas;tex.;utah;vermont;vt.;virginia;va.;washington;wash.;west virginia;w.va.;wisconsin;wis.;wyoming;wyo.;d.c.;dc;washington d.c.;puerto rico;p.r.;guam;
	ontario;ont.;quebec;que.;british columbia;b.c.;alberta;alta.;manitoba;man.;saskatchewan;sask.;nova scotia;n.s.;new brunswick;n.b.;newfoundland;nfld.;prince edward island;p.e.i.;yukon;nunavut;
	new south wales;victoria;queensland;tasmania;england;scotland;wales;northern ireland;
	afghanistan;albania;algeria;angola;argentina;armenia;australia;austria;azerbaijan;bahamas;bahrain;bangladesh;barbados;belarus;belgium;belize;benin;bolivia;bosnia;
	bosnia-herzegovina;botswana;brazil;bulgaria;burkina faso;burundi;cambodia;cameroon;canada;chad;chile;china;colombia;congo;costa rica;croatia;cuba;cyprus;
	czech republic;denmark;djibouti;dominican republic;ecuador;egypt;el salvador;eritrea;estonia;eswatini;ethiopia;fiji;finland;france;gabon;gambia;germany;ghana;
	greece;greenland;guatemala;guinea;guinea-bissau;guyana;haiti;honduras;hong kong;hungary;iceland;india;indonesia;iran;iraq;ireland;israel;italy;ivory coast;jamaica;japan;jordan;
	kazakhstan;kenya;kosovo;kuwait;kyrgyzstan;laos;latvia;lebanon;lesotho;liberia;libya;lithuania;luxembourg;madagascar;malawi;malaysia;maldives;mali;malta;mauritania;
	mauritius;mexico;moldova;monaco;mongolia;montenegro;morocco;mozambique;myanmar;namibia;nepal;netherlands;new zealand;nicaragua;niger;nigeria;north korea;
	north macedonia;norway;oman;pakistan;panama;papua new guinea;paraguay;peru;philippines;poland;portugal;qatar;romania;russia;rwanda;saudi arabia;senegal;serbia;
	sierra leone;singapore;slovakia;slovenia;somalia;south africa;south korea;south sudan;spain;sri lanka;sudan;suriname;sweden;switzerland;syria;taiwan;tajikistan;
	tanzania;thailand;togo;trinidad;tunisia;turkey;turkmenistan;uganda;ukraine;united arab emirates;united kingdom;uk;u.k.;united states;u.s.;usa;uruguay;uzbekistan;
	venezuela;vietnam;west bank;gaza strip;gaza;yemen;zambia;zimbabwe`)

// abbreviations end with a dot that belongs to the word.
var abbreviations = set(`jr sr dr mr mrs ms prof rev st fr sen rep gov lt col capt gen sgt hon ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich
	minn miss mo mont neb nev okla ore pa tenn tex va vt wash wis wyo alta man ont que sask nfld jan feb mar apr jun jul aug sept sep oct nov dec mt ft
	inc ltd corp co bros vs no wyo penn oct okt dez janv févr avr juil déc ene abr ago dic gen mag giu lug ott maj tho esq wm chas geo`)

// months are the months' names and abbreviations in the languages of
// datelines, folded and without dots: English, German, French, Spanish,
// Portuguese, Italian, Dutch, Danish, Norwegian, Swedish, Finnish, Estonian,
// Polish, Czech.
var months = buildMonths(`
january jan januar januari janvier janv enero ene janeiro gennaio gen tammikuu tammikuuta jaanuar styczeń stycznia leden ledna
february feb februar februari février fevrier févr fév febrero fevereiro fev febbraio febr helmikuu helmikuuta veebruar luty lutego únor února
march mar märz maerz mars marzo março marco maart maaliskuu maaliskuuta märts marzec marca březen března marts
april apr avril avr abril abr aprile huhtikuu huhtikuuta aprill kwiecień kwietnia duben dubna
may mai mayo maio maggio mag mei maj toukokuu toukokuuta maja květen května
june jun juni juin junio junho giugno giu kesäkuu kesäkuuta juuni czerwiec czerwca červen června
july jul juli juillet juil julio julho luglio lug heinäkuu heinäkuuta juuli lipiec lipca červenec července
august aug août aout agosto ago augusti augustus elokuu elokuuta sierpień sierpnia srpen srpna
september sep sept septembre septiembre setembro set settembre syyskuu syyskuuta wrzesień września září
october oct oktober okt octobre octubre outubro out ottobre ott lokakuu lokakuuta oktoober październik października říjen října
november nov novembre noviembre novembro marraskuu marraskuuta listopad listopada
december dec dezember dez décembre déc diciembre dic dezembro dicembre joulukuu joulukuuta detsember grudzień grudnia prosinec prosince desember des
`)

func buildMonths(table string) map[string]int {
	m := make(map[string]int)
	n := 0
	for row := range strings.Lines(strings.TrimSpace(table)) {
		n++
		for _, w := range strings.Fields(row) {
			if m[w] == 0 { // listopad is November in Polish, October in Croatian: Polish is served
				m[w] = n
			}
		}
	}
	return m
}
