package model

// The word lists of the tagger, lower case, white space between words. They
// are written for this package: closed classes of English (function words,
// calendar), the vocabulary of offices and institutions, and the commonest
// given names of news from every continent. They say what a word usually is,
// never what it must be.
const (
	functionWords = `
a an the this that these those i you he she it we they me him her us them my
your his its our their mine yours hers ours theirs myself yourself himself
herself itself ourselves themselves who whom whose which what where when why
how whoever whatever whichever whenever wherever and or but nor so yet if
unless until till while whilst as because since although though whereas whether
than then of in on at by for from to into onto with without within about above
across after against along amid amidst among amongst around before behind below
beneath beside besides between beyond despite down during except inside like
near off opposite out outside over past per regarding through throughout toward
towards under underneath unlike up upon versus via worth not no never none
nothing nobody nowhere neither either both all any some each every few many
much more most less least several such same other another others one two three
four five six seven eight nine ten eleven twelve first second third last next
be am is are was were been being have has had having do does did done doing can
could shall should will would may might must ought let lets get got go goes
went gone come came say says said make made take took see saw there here now
just only even still also too again already always often sometimes usually soon
later earlier ago once twice thus hence therefore however moreover furthermore
meanwhile otherwise instead indeed perhaps maybe certainly surely clearly
obviously apparently actually really finally eventually recently currently
previously originally initially today tomorrow yesterday tonight ok okay yes oh
well please thanks thank dear sorry hello speaking according asked given based
following including citing adding noting called born once officials official
police authorities people residents critics experts analysts researchers
scientists investigators prosecutors lawmakers leaders voters supporters
protesters families women men children students teachers workers doctors
government parliament reporters journalists ministers soldiers troops rescuers
part parts half since early late it's that's there's he's she's we're they're
i'm i've you're don't doesn't didn't isn't aren't wasn't won't can't couldn't
i'll we'll we've they've what's here's let's who's
how's additionally altogether nonetheless nevertheless elsewhere similarly
likewise overall together under hundreds thousands millions dozens
`
	calendarWords = `
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu
thur thurs fri sat sun mondays tuesdays wednesdays thursdays fridays saturdays
sundays january february march april may june july august september october
november december jan. feb. mar. apr. jun. jul. aug. sep. sept. oct. nov. dec.
jan feb apr jun jul aug sep sept oct nov dec am pm a.m. p.m. gmt utc est edt
cet cest bst ramadan easter christmas
`
	titleWords = `
mr mr. mrs mrs. ms ms. miss dr dr. prof prof. sir dame lord lady madame madam
president vice-president ex-president president-elect prime premier minister
ex-minister vice deputy first foreign interior finance defense defence health
education justice labour trade energy economy secretary undersecretary
secretary-general general chancellor speaker senator sen. sen representative
rep. rep congressman congresswoman congressmember lawmaker governor gov. gov
lieutenant lt. lt lt.-gov. mayor councilman councilwoman councillor alderman
commissioner chairman chairwoman chair chairperson chief executive officer ceo
cfo director director-general managing editor manager coach captain capt. capt
king queen prince princess emperor empress duke duchess count countess baron
sultan emir sheikh sheik shaikh imam ayatollah mullah mufti rabbi pope bishop
archbishop cardinal father fr. sister brother reverend rev. rev pastor saint
st. judge justice attorney prosecutor sheriff detective inspector sergeant sgt.
sgt corporal cpl. cpl private pvt. pte major maj. maj colonel col. col
brigadier brig. brig commander cmdr. cmdr admiral adm. adm marshal ambassador
envoy consul professor doctor spokesman spokeswoman spokesperson leader head
hon. hon former ex acting interim senior junior assistant associate national
security adviser advisor comrade comptroller treasurer ombudsman superintendent
supt. constable officer analyst economist author actor actress singer
shri smt shrimati datuk maulana
president's mp mep lt.-col. lt.-gen. maj.-gen. gen. gen
`
	speechVerbs = `
said says say told tells tell added adds wrote writes tweeted posted announced
announces warned warns argued argues claimed claims denied denies explained
explains insisted insists noted notes replied asked asks urged urges vowed
vows confirmed confirms admitted admits acknowledged recalled testified
believes thinks thought stated states complained joked declared declares
tells stressed commented conceded predicted promised quipped responded
`
	orgHeads = `
ministry ministries department agency agencies authority bureau commission
committee council court tribunal parliament congress senate assembly cabinet
house party parties union federation confederation association alliance
coalition league front movement organization organisation institute institution
university college school academy faculty hospital clinic museum library bank
fund foundation trust society club company corporation corp corp. group inc
inc. ltd ltd. llc llp plc gmbh ag sa nv bv oy ab as co. co holdings airlines
airways air motors industries partners media news press times post journal
herald tribune gazette guardian telegraph courier agency radio television tv
network broadcasting police army navy force forces guard corps command brigade
battalion regiment division militia brigades guards service services office
board chamber secretariat directorate inspectorate centre center centers
laboratory laboratories observatory orchestra theatre theater opera church
diocese archdiocese brotherhood treasury exchange reserve united city rovers
rangers wanderers administration taskforce registry consortium syndicate cartel
unit mission embassy consulate
`
	orgTails = `
inc inc. ltd ltd. llc llp plc gmbh corp corp. co. oy ab nv bv spa s.p.a. s.a.
holdings fc f.c.
`
	orgAlone = `
reuters bloomberg google facebook amazon microsoft apple twitter tesla boeing
airbus hamas hezbollah taliban fatah interpol europol unicef unesco nato opec
gazprom rosneft huawei samsung toyota volkswagen nasdaq pentagon
`
	facilityHeads = `
airport stadium bridge street avenue boulevard square prison jail tower towers
palace castle cathedral mosque temple synagogue station terminal dam tunnel
highway motorway road port harbor harbour arena hall park zoo cemetery barracks
base plaza hotel mall gate
`
	landHeads = `
sea gulf ocean bay strait straits channel river lake mount mountain mountains
hills valley desert island islands isle isles peninsula cape coast delta
plateau basin canal fjord glacier forest strip heights
`
	landFirst = `
mount lake gulf cape strait bay river sea isle mt. lac
`
	eventHeads = `
war wars olympics games championship championships tournament festival summit
hurricane typhoon cyclone cup marathon uprising intifada revolution massacre
genocide holocaust grand-prix
`
	shipWords = `
tanker ship vessel frigate ferry yacht destroyer freighter trawler submarine
carrier warship boat barge icebreaker corvette
`
	// placeNouns stand before ("the town of Kunda") or after ("Helmand
	// province") the name of a place.
	placeNouns = `
town city village province state capital port island region district county
suburb neighborhood neighbourhood municipality prefecture settlement
`
	particles = `
van von de del della der den di da dos du bin ibn bint al el ben zu af av
`
	placePrepositions = `
in at from near to outside around across into toward towards inside throughout
`
	givenNames = `
aaron abdul abdullah abel abraham adam adama adrian ahmad ahmed aisha akira alan
albert alejandro aleksandr alessandro alex alexander alexandra alexei alexey ali
alice alicia alison alejandra amanda amina amir amit amy ana anders andre andrea
andreas andrei andrew andrey andrii andriy andrzej andy angela angelina anil ann
anna anne annika antonio antonia antony anthony antti anton anya arjun arne
arthur arturo arun asha ashok ashley asif austin ayesha barbara barack barry
beatrice ben benedict benjamin benny bernard bernie beth bill bilal bob bogdan
boris brandon brenda brian bruce bruno carl carla carlos carmen carol caroline
catherine cecilia chandra charles charlie charlotte chen cheng chloe chris
christian christina christine christopher chukwu cindy claire clara claude
claudia claudio colin connor craig cristian cristina cyril dan daniel daniela
danny dario darren dave david dean deborah deepak denis dennis derek diana diane
diego dieter dilip dimitri dmitri dmitry dmytro dominic dominique don donald
donna dorothy doug douglas duncan ebba eddie edgar eduardo edward edwin eileen
ekaterina elena eleanor elisabeth elise elizabeth ella ellen emily emma emmanuel
enrique eric erik erika erin ernest ernesto esther eugene eva evelyn evgeny
fatima fatou felipe felix fernando fiona florence frances francesca francesco
francis francisco franco francois frank franz fred frederick frederik fritz
fumio gabriel gabriela gareth gary gavin geoff geoffrey george georges georgia
gerald gerard gerhard gianni gideon gilbert gina giorgio giovanni giulia
giuseppe glen glenn gloria gordon grace graham greg gregory greta guillaume
guido gustavo guy hamid hamza hannah hans harold harriet harry haruto hasan
hassan hector heidi helen helena helmut henri henrik henry herbert hiroshi
holly howard hugh hugo hussein ian ibrahim ibrahima igor ilya imran ingrid irene
irina isaac isabel isabella ismail ivan jack jackie jacob jacques jake jakob
jamal james jamie jan jane janet janine jared jason javier jay jayden jean jeff
jeffrey jennifer jeremy jerome jerry jesse jessica jesus jill jim jimmy jin jo
joan joanna joao joe joel johan johanna john johnny jon jonas jonathan jordan
jorge jose josef joseph joshua josh joyce juan juanita judith jukka julia julian
julie juliet julio julius justin kadri kamal karen karim karin karl kate
katerina katherine kathleen kathryn katie katrin kaur keith kelly ken kenji
kenneth kevin khaled khalid kim kiran kirsten klaus kofi krishna kristen kristin
kumar kwame kyle lakshmi larry lars laszlo laura lauren laurent lawrence leah
lee leila lena leo leon leonard leonardo leslie li liam liina lina linda lindsay
lindsey ling lisa liu liz lloyd lorenzo louis louise luc luca lucas lucia luis
luisa luke luiz lydia magnus mahmoud malcolm manfred manuel manuela marc marcel
marco marcos marcus margaret maria marian marie marina mario marion marius mark
markus marta martha martin martina mary mateo matt matteo matthew matthias maya
mauricio max maxim megan mei melanie melissa michael michel michele michelle
miguel mihail mikael mike mikhail milan milos ming miriam mohamed mohammad
mohammed mohan moses mostafa muhammad mustafa nadia nancy naomi narendra natalia
natalie natasha nathan neil nelson nguyen nicholas nick nicola nicolas nicole
nigel nikita nikolai nikolas nina noah noel nora norman nuno olaf oleg oleksandr
olena olga oliver olivia olivier omar oscar osman otto pablo pamela paola paolo
park pascal pat patricia patrick paul paula paulo pavel pawel pedro peng per
peter petr petra petro phil philip philippe phillip pierre pieter pippa priya
rachel rafael rahul raj rajesh rakesh ralph ramesh ramon randy rashid raul ravi
ray raymond rebecca reinhard rene rex ricardo richard rick rita rob robert
roberto robin rodrigo roger roland roman ron ronald rosa rose ross roy ruben
rudolf rudy rupert russell ruth ryan sadiq saeed salim sally salman salma sam
samantha samir samuel sandra sanjay santiago sara sarah satoshi scott sean
sebastian serena serge sergei sergey sergio seth shane sharon shawn sheila
shinzo silvia simon simone sofia sonia sophia sophie stan stanislav stefan
stefano stella stephanie stephen steve steven stuart sue sunil susan suzanne
svetlana sven sylvia takashi tamara tanya tariq taro ted teresa terry theodore
theresa thierry thomas tim timothy tina todd tom tomas tomasz tommy toni tony
tracy trevor tyler umar ursula usha uwe valentina valeria vanessa vera veronica
victor victoria vijay viktor vincent vincenzo virginia vitaly vladimir volodymyr
walter wang wayne wei wendy wilhelm will william willy wojciech wolfgang xavier
yan yang yasmin yasser yekaterina yulia yuri yusuf yves zachary zahra zainab
zhang zhao zoe zoran
`

	// noNames are words written like names that are none: diseases, units and
	// nouns that are set in capitals.
	noNames = `
covid covid-19 covid19 coronavirus sars sars-cov-2 mers hiv aids hiv/aids h1n1
h5n1 pcr icu ppe dna rna mrna lgbt lgbtq lgbtq+ ngo ngos sms nft nfts gdp gnp ceo
ceos cfo coo cto vip vips tv tvs dvd usb gps atm atms ipo ipos vat gst sme smes
suv suvs mp mps pm psa ied ieds rpg rpgs uav uavs mou wmd pdf faq html
`

	// diseases are capitalised where a sentence starts. For the document pass
	// alone.
	diseases = `
cholera malaria measles mumps polio dengue tuberculosis influenza typhoid
diphtheria rabies mpox monkeypox smallpox chickenpox zika hepatitis cancer
diabetes pneumonia meningitis tetanus anthrax leprosy plague dementia autism
asthma obesity arthritis leukemia leukaemia salmonella listeria norovirus
`

	// genericHeads stand for a body or place named before ("the Court"): alone
	// they are no name. For the document pass alone.
	genericHeads = `
kingdom republic sultanate emirate state province county district council court
ministry department university commission committee college hospital company
corporation agency authority bureau institute foundation association federation
board fund club group party school embassy crown
`
)
