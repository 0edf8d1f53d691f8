package byline

import "strings"

// Org is a news agency or outlet of the table.
type Org struct {
	Code   string // how documents name it: AP, dpa, The Washington Post
	Agency bool
	code   bool // found by its code, which is case-sensitive
}

// orgIndex finds table rows by their first folded word.
var orgIndex = buildOrgs()

type orgForm struct {
	words []string
	exact string // a code must look like this
	org   *Org
}

func buildOrgs() map[string][]orgForm {
	m := make(map[string][]orgForm)
	add := func(table string, agency bool) {
		for row := range strings.Lines(table) {
			row = strings.TrimSpace(row)
			if row == "" {
				continue
			}
			forms := strings.Split(row, "|")
			o := &Org{Code: forms[0], Agency: agency}
			code := &Org{Code: forms[0], Agency: agency, code: true}
			for _, f := range forms {
				if !agency {
					o, code = &Org{Code: f}, &Org{Code: f, code: true}
				}
				words := strings.Fields(fold(f))
				form := orgForm{words: words, org: o}
				if len(words) == 1 && (allCaps(f) || !hasCapital(f)) {
					form.exact, form.org = f, code
				}
				m[words[0]] = append(m[words[0]], form)
			}
		}
	}
	add(agencyTable, true)
	add(outletTable, false)
	return m
}

// tagOrgs merges the tokens of each table form into one token, longest first,
// left to right. loose takes codes in any case, where only agencies can stand.
func tagOrgs(src string, toks []tok, loose bool) []tok {
	out := toks[:0]
	for i := 0; i < len(toks); {
		o, n := orgAt(src, toks[i:], loose)
		if n == 1 && !o.code && partOfName(src, out, toks[i+1:]) {
			n = 0
		}
		if n == 0 {
			out = append(out, toks[i])
			i++
			continue
		}
		t := toks[i]
		t.end, t.kind, t.org = toks[i+n-1].end, org, o
		out = append(out, t)
		i += n
	}
	return out
}

// partOfName reports whether a word of the table stands where a name has it:
// after one other name word, or before one. "Paul Getty" is a person, "Ann Lee
// Getty" is a person and an agency.
func partOfName(src string, before, after []tok) bool {
	nameWord := func(t tok) bool {
		_, job := jobs[t.low]
		return t.kind == word && hasCapital(src[t.start:t.end]) && !connectors[t.low] && !intros[t.low] && !job &&
			!jobModifiers[t.low] && !small[t.low] && orgNoun(t.low) == 0
	}
	if len(after) > 0 && nameWord(after[0]) {
		return true
	}
	n := 0
	for i := len(before) - 1; i >= 0 && nameWord(before[i]); i-- {
		n++
	}
	return n == 1
}

// orgAt finds the longest table form that starts at the first token.
func orgAt(src string, toks []tok, loose bool) (best *Org, n int) {
	if toks[0].kind != word {
		return nil, 0
	}
	for _, f := range orgIndex[toks[0].low] {
		k := formLen(f, toks)
		if k <= n {
			continue
		}
		surface := src[toks[0].start:toks[0].end]
		if f.exact != "" {
			if !loose && !codeLike(surface, f.exact) {
				continue
			}
			if nameFollows(src, toks) {
				continue
			}
		} else if !upper(surface) {
			continue
		}
		best, n = f.org, k
	}
	return best, n
}

// codeLike reports whether the surface is the code as agencies write it: in
// capitals as it stands; a code in small letters (dpa) also with a capital or
// in capitals.
func codeLike(surface, code string) bool {
	return surface == code || wide(surface) || !hasCapital(code) && (allCaps(surface) || surface == strings.ToUpper(code[:1])+code[1:])
}

// formLen is how many tokens the form covers, 0 if it does not match.
func formLen(f orgForm, toks []tok) int {
	if len(f.words) > len(toks) {
		return 0
	}
	for i, w := range f.words {
		t := toks[i]
		if t.kind == amp && (w == "&" || w == "and") {
			continue
		}
		if t.kind != word || t.low != w {
			return 0
		}
	}
	return len(f.words)
}

// wide reports full-width letters, which only table forms have.
func wide(s string) bool { return strings.HasPrefix(s, "\uff21") || strings.HasPrefix(s, "\uff32") }

// nameFollows reports whether a code in capitals opens a name in capitals:
// ANI LEE is a person, AP BUSINESS WRITER is none.
func nameFollows(src string, toks []tok) bool {
	if len(toks) < 2 || toks[1].kind != word || !allCaps(src[toks[1].start:toks[1].end]) || connectors[toks[1].low] {
		return false
	}
	if _, job := jobs[toks[1].low]; job || jobModifiers[toks[1].low] || orgNoun(toks[1].low) != 0 {
		return false
	}
	return true
}

// orgNoun is the strength of an outlet's noun, 0 for none; of two nouns joined
// by a hyphen it is that of the stronger: Courier-Post.
func orgNoun(low string) int {
	if n := orgNouns[low]; n > 0 {
		return n
	}
	i := strings.LastIndexByte(low, '-')
	if i < 0 {
		return 0
	}
	a, b := orgNouns[low[:i]], orgNouns[low[i+1:]]
	if a == 0 && b == 0 || min(a, b) == 0 && max(a, b) < 2 {
		return 0
	}
	return max(a, b)
}

// agencyTable lists news and photo agencies: the code documents use, then the
// other forms, local ones included. A code of one word in capitals or small
// letters is case-sensitive.
const agencyTable = `
AP|Associated Press|The Associated Press|Assoc. Press|A.P.|The AP|AP Photo
Reuters|Thomson Reuters|Reuters News Agency|Thomson Reuters Foundation|Reuters Staff|Рейтер|路透社|ロイター|로이터
AFP|Agence France-Presse|Agence France Presse|Agence-France Presse|法新社
dpa|Deutsche Presse-Agentur|dpa-AFX|dpa-infocom|Deutsche Presse Agentur
UPI|United Press International
PA|Press Association|PA Media|PA Wire|PA News Agency|The Press Association
EFE|Agencia EFE|Agencia Efe|EFE News
Europa Press|Agencia Europa Press
ANSA|Agenzia ANSA|Agenzia Ansa
Adnkronos|AdnKronos|Agenzia Adnkronos
AGI|Agenzia Italia
LaPresse|Agenzia LaPresse
Askanews|askanews
TASS|ITAR-TASS|TASS News Agency|ТАСС
Interfax|Interfax News Agency|Интерфакс
RIA Novosti|RIA|РИА Новости
Sputnik|Sputnik News
Xinhua|Xinhua News Agency|新华社|新華社
CNS|China News Service|中新社|中国新闻社
Kyodo|Kyodo News|Kyodo News Agency|共同通信|共同
Jiji|Jiji Press|Jiji Kyodo|時事通信
Yonhap|Yonhap News Agency|Yonhap News|연합뉴스
Newsis|뉴시스
KCNA|Korean Central News Agency
CNA|Central News Agency|中央社
PTI|Press Trust of India|Press Trust Of India
ANI|Asian News International
IANS|Indo-Asian News Service
UNI|United News of India
APP|Associated Press of Pakistan
PPI|Pakistan Press International
BSS|Bangladesh Sangbad Sangstha
UNB|United News of Bangladesh
Antara|Antara News|ANTARA
Bernama|BERNAMA
VNA|Vietnam News Agency
TNA|Thai News Agency
PNA|Philippine News Agency
MNA|Mehr News Agency
IRNA|Islamic Republic News Agency
ISNA|Iranian Students' News Agency
Tasnim|Tasnim News Agency
Fars|Fars News Agency
Anadolu|Anadolu Agency|Anadolu Ajansı|Anadolu Agency (AA)
DHA|Demirören News Agency|Demirören Haber Ajansı
IHA|İhlas Haber Ajansı|Ihlas News Agency
SANA|Syrian Arab News Agency
WAM|Emirates News Agency
SPA|Saudi Press Agency
QNA|Qatar News Agency
KUNA|Kuwait News Agency
BNA|Bahrain News Agency
ONA|Oman News Agency
MENA|Middle East News Agency
NINA|National Iraqi News Agency
Jordan News Agency
NNA|National News Agency
WAFA|Palestine News Agency
MAP|Maghreb Arabe Presse
APS|Algérie Presse Service|Agence de Presse Sénégalaise
TAP|Tunis Afrique Presse
NAN|News Agency of Nigeria
GNA|Ghana News Agency
ENA|Ethiopian News Agency
SAPA|South African Press Association
PANA|Panapress
TAP|Tunisian News Agency
AIM|Agência de Informação de Moçambique
Angop|Agência Angola Press
Lusa|Agência Lusa|LUSA
Belga|Belga News Agency|Agence Belga|BELGA
ANP|Algemeen Nederlands Persbureau
Ritzau|Ritzaus Bureau|RITZAU
NTB|Norsk Telegrambyrå
TT|Tidningarnas Telegrambyrå|TT News Agency
STT|Suomen Tietotoimisto|STT-Lehtikuva|Lehtikuva
BNS|Baltic News Service
ELTA
LETA
PAP|Polska Agencja Prasowa|Polish Press Agency
ČTK|CTK|Czech News Agency|Česká tisková kancelář
TASR|News Agency of the Slovak Republic
SITA|SITA Slovenská tlačová agentúra
MTI|Magyar Távirati Iroda
APA|Austria Presse Agentur|Austria Press Agency|APA-OTS
Keystone-SDA|Keystone-ATS|SDA|ATS|ats|sda|Keystone-SDA-ATS|Schweizerische Depeschenagentur
Keystone|KEYSTONE
Agerpres|AGERPRES
Mediafax|MEDIAFAX
BTA|Bulgarian News Agency|Bulgarian Telegraph Agency
ANA-MPA|AMNA|Athens News Agency|Athens-Macedonian News Agency
CyNA|Cyprus News Agency
HINA
Tanjug|TANJUG
FoNet|FONET
BETA News Agency|Beta News Agency
FENA
SRNA
MIA|Media Information Agency
MINA|Mina News Agency
ATA|Albanian Telegraphic Agency
STA|Slovenian Press Agency|Slovenska tiskovna agencija
Ukrinform|UKRINFORM|Укринформ
UNIAN|УНИАН
Interfax-Ukraine|Interfax Ukraine|Інтерфакс-Україна
BelTA|BELTA|Belta
Moldpres|MOLDPRES
Armenpress|ARMENPRESS
Azertac|AZERTAC
Trend News Agency
Kazinform|KAZINFORM
Kabar|KABAR
UzA|Uzbekistan National News Agency
Khovar|KHOVAR
Montsame|MONTSAME
CP|The Canadian Press|Canadian Press|La Presse Canadienne|La Presse canadienne|LA PRESSE CANADIENNE|THE CANADIAN PRESS
CNW|Canada NewsWire
AAP|Australian Associated Press
NZPA|New Zealand Press Association
PACNEWS|Pacific News Agency Service
Notimex|NOTIMEX
Télam|TELAM|Telam|Agencia Télam
NA|Noticias Argentinas
DyN|Diarios y Noticias
Agência Brasil|Agencia Brasil
Estadão Conteúdo|Agência Estado
Folhapress|FOLHAPRESS
Andina|Agencia Andina
Prensa Latina|Agencia Prensa Latina
ABI|Agencia Boliviana de Información
AVN|Agencia Venezolana de Noticias
IPS|Inter Press Service
CNS|Catholic News Service
RNS|Religion News Service
JTA|Jewish Telegraphic Agency
TPS|Tazpit Press Service
MT Newswires|Midnight Trader
Dow Jones|Dow Jones Newswires
Bloomberg|Bloomberg News|Bloomberg L.P.
TNS|Tribune News Service|Tribune Content Agency
KHN|Kaiser Health News|KFF Health News
States Newsroom|Stateline
CalMatters|CALmatters
Field Level Media|FLM
Stats Perform|STATS Perform|Opta
SID|Sport-Informations-Dienst
epd|Evangelischer Pressedienst
KNA|Katholische Nachrichten-Agentur
AFX|AFX News
Ruptly|RUPTLY
StatPoint|StatePoint
Getty|Getty Images|Getty|GETTY IMAGES|Getty Images Sport|Getty Images Europe
Imago|imago images|IMAGO
Zuma|ZUMA Press|ZUMA Wire|Zuma Press|ZUMAPRESS
Sipa|SIPA USA|Sipa USA|SIPA|Sipa Press|SIPA Press
Abaca|Abaca Press|ABACA
Shutterstock|REX/Shutterstock|SHUTTERSTOCK|Rex Features
Alamy|Alamy Stock Photo|ALAMY
iStock|iStockphoto|iStock Photo
EPA|European Pressphoto Agency|EPA-EFE|epa
WENN|Wenn
Splash News|SPLASH
PA Images|PA Archive
NurPhoto|NURPHOTO
Magnum|Magnum Photos
Scanpix|NTB Scanpix|SCANPIX|Ritzau Scanpix|Scanpix Baltics
picture alliance|picture-alliance|Picture Alliance
Action Images|Action Press
Redux|Redux Pictures
Polaris|Polaris Images
VII|VII Photo
Pool Photo
USA TODAY Sports|USA Today Sports|Imagn Images|Imagn
Icon Sportswire|Icon SMI
Newscom|NEWSCOM
Anadolu Images|Anadolu via Getty
PR Newswire|PRNewswire|PRNewsWire|PR NEWSWIRE
Business Wire|BUSINESS WIRE|BusinessWire
GlobeNewswire|GLOBE NEWSWIRE|Globe Newswire
Accesswire|ACCESSWIRE
news aktuell|ots|OTS
Newsfile|Newsfile Corp.
`

// outletTable lists papers, broadcasters and sites that stand in bylines often
// or whose names look like persons or hold connectors. Each form is an outlet
// of its own; rows only group them.
const outletTable = `
The New York Times|New York Times|NYT|N.Y. Times|International New York Times
The Washington Post|Washington Post
The Wall Street Journal|Wall Street Journal|WSJ
Los Angeles Times|The Los Angeles Times|L.A. Times
USA TODAY|USA Today|USA TODAY NETWORK
Chicago Tribune|The Chicago Tribune
Chicago Sun-Times
The Boston Globe|Boston Globe
Miami Herald|The Miami Herald
Houston Chronicle
San Francisco Chronicle
The Philadelphia Inquirer|Philadelphia Inquirer
The Dallas Morning News|Dallas Morning News
The Seattle Times|Seattle Times
Star Tribune
The Denver Post|Denver Post
The Atlanta Journal-Constitution|Atlanta Journal-Constitution
Tampa Bay Times
The Arizona Republic|Arizona Republic
The Guardian|The Observer
The Times|The Sunday Times|The Times of London
The Daily Telegraph|The Telegraph|The Sunday Telegraph
The Independent
Financial Times|The Financial Times
The Economist
The Mirror|Daily Mirror|Daily Mail|Mail Online|MailOnline|Daily Express|Evening Standard
BBC|BBC News|BBC Sport|BBC Monitoring|BBC World Service
ITV News|Sky News|Sky Sports|Channel 4 News
CNN|CNN Business|CNN Sport|CNN International
NPR|National Public Radio
PBS|PBS NewsHour
NBC News|NBC Sports|NBC
CBS News|CBS Sports|CBS MoneyWatch
ABC News
Fox News|Fox Business|FOX News|Fox Sports|FOX Sports
MSNBC|CNBC
ESPN|ESPN.com
Politico|POLITICO
Axios|BuzzFeed News|HuffPost|The Hill|The Verge|The Daily Beast
ProPublica|The Intercept|The Marshall Project
The Conversation|The Christian Science Monitor|Christian Science Monitor
The Globe and Mail|Globe and Mail
Toronto Star|National Post|Postmedia News|Postmedia|CBC News|CBC|CTV News|Global News
The Sydney Morning Herald|Sydney Morning Herald|The Age|The Australian|ABC News Australia|SBS News
NZ Herald|New Zealand Herald|RNZ
The Irish Times|Irish Times|Irish Independent|RTE|RTÉ|Irish Examiner
Le Monde|Le Figaro|Libération|Le Parisien|L'Express|Le Point|Les Echos|Les Échos|Ouest-France|Mediapart
France 24|RFI|BFMTV|franceinfo|France Info|TF1
Der Spiegel|Spiegel Online|DER SPIEGEL|Die Zeit|ZEIT ONLINE|Die Welt|WELT|BILD|Focus Online
Frankfurter Allgemeine Zeitung|F.A.Z.|FAZ|Süddeutsche Zeitung|Handelsblatt|Tagesspiegel|taz|Frankfurter Rundschau
Deutsche Welle|DW|ARD|ZDF|Tagesschau|RND|RedaktionsNetzwerk Deutschland
Neue Zürcher Zeitung|NZZ|Tages-Anzeiger|SRF|Swissinfo|swissinfo.ch|Le Temps
Der Standard|Die Presse|ORF|Kleine Zeitung
El País|El Mundo|La Vanguardia|El Periódico|RTVE|El Confidencial|La Razón
Corriere della Sera|la Repubblica|La Repubblica|La Stampa|Il Sole 24 Ore|RAI|Il Messaggero
Público|Jornal de Notícias|Diário de Notícias|Observador|RTP
O Globo|Folha de S.Paulo|Folha de S. Paulo|Estadão|O Estado de S. Paulo
Clarín|La Nación|Página/12|El Universal|Reforma|El Tiempo|El Comercio|El Mercurio
De Volkskrant|de Volkskrant|NRC|De Telegraaf|Het Parool|NOS
De Standaard|De Morgen|De Tijd|Le Soir|La Libre Belgique|VRT NWS|RTBF
Politiken|Berlingske|Jyllands-Posten|TV 2
Aftenposten|Dagbladet|NRK|E24
Dagens Nyheter|Svenska Dagbladet|Aftonbladet|Expressen|SVT|Sveriges Radio
Helsingin Sanomat|Yle|Ilta-Sanomat|Iltalehti
Postimees|ERR|Delfi|Eesti Ekspress|Õhtuleht|Päevaleht
Gazeta Wyborcza|Rzeczpospolita|Onet|TVN24
Kyiv Post|The Kyiv Independent|Kyiv Independent|Ukrainska Pravda
The Moscow Times|Meduza|Novaya Gazeta|Kommersant|Vedomosti
Radio Free Europe/Radio Liberty|RFE/RL|Radio Free Europe|Radio Free Asia|RFA|Voice of America|VOA|VOA News
Al Jazeera|Al Arabiya|Al-Monitor|Middle East Eye|Arab News|Gulf News|The National|Khaleej Times
Haaretz|The Jerusalem Post|Jerusalem Post|The Times of Israel|Times of Israel|Ynet
Hürriyet|Daily Sabah|Hürriyet Daily News|Cumhuriyet
The Times of India|Times of India|Hindustan Times|The Hindu|The Indian Express|Indian Express|NDTV|The Wire|Scroll.in
The Express Tribune|Geo News|The News International
The Daily Star|Prothom Alo|Dhaka Tribune
South China Morning Post|SCMP|China Daily|Global Times|People's Daily|Caixin
The Japan Times|Japan Times|Nikkei|Nikkei Asia|Asahi Shimbun|The Asahi Shimbun|The Mainichi|The Yomiuri Shimbun|NHK
The Korea Herald|Korea Herald|The Korea Times|Korea JoongAng Daily|Chosun Ilbo|Hankyoreh
The Straits Times|Straits Times|Channel NewsAsia|TODAY Online|Bangkok Post|The Jakarta Post|Jakarta Post|Rappler|Philippine Daily Inquirer|The Star
Daily Nation|The Standard|The EastAfrican|Daily Maverick|News24|Mail & Guardian|Mail and Guardian|Premium Times|The Punch|AllAfrica
Time Magazine|Newsweek|Forbes|Business Insider|Wired|WIRED|The Atlantic|The New Yorker|New Yorker|Vanity Fair|Rolling Stone|National Geographic
New Scientist|Scientific American|Live Science|Space.com|Ars Technica|TechCrunch|Engadget|ZDNet|CNET|Mashable|Gizmodo|The Register
Sports Illustrated|The Athletic|Bleacher Report|Yahoo Sports|Yahoo News|Yahoo Finance|MarketWatch|Barron's|Investor's Business Daily|Kiplinger|Benzinga|Motley Fool|The Motley Fool
The Hollywood Reporter|Hollywood Reporter|Entertainment Weekly|Us Weekly|Pitchfork
McClatchy|McClatchy Newspapers|McClatchy DC|Gannett|Hearst Newspapers|Scripps|Sinclair|Tegna|Nexstar|Newsday|New York Post|NY Post|New York Daily News|Daily News
Breitbart|Breitbart News|The Daily Caller|Daily Caller News Foundation|The Daily Signal|National Review|The Washington Times|Washington Times|Washington Examiner|The Federalist|The Epoch Times|Epoch Times|Townhall|Reason Foundation|American Thinker|The Heritage Foundation
Condé Nast|Conde Nast|Hearst|Meredith|Dotdash Meredith|Vox Media|G/O Media|Townsquare Media
Mother Jones|The Nation|The New Republic|Common Dreams|Truthout|Democracy Now|AlterNet|The Daily Kos
`
