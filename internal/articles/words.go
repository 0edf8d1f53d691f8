package articles

import "strings"

// region is a country the generator writes about: places are real, names are
// drawn from lists and belong to nobody.
type region struct {
	code, name, demonym, capital, zone string
	familyFirst                        bool
	cities, given, family              []string
}

func list(s string) []string { return strings.Split(s, "|") }

// regions are the countries of generated news. The first city is the capital,
// named as the government's metonym too.
var regions = []region{
	{"NO", "Norway", "Norwegian", "Oslo", "Europe/Oslo", false, list("Oslo|Bergen|Trondheim|Stavanger|Bodø|Kristiansand"),
		list("Sigrid|Torvald|Ingunn|Håkon|Marit|Eirik|Solveig|Aslak|Gudrun|Ottar|Ragna|Sindre"), list("Bakkeland|Hovden|Skarsvåg|Tveiten|Lysgård|Rønneberg|Fosnes|Kvalheim|Aursand|Nesbakk|Hegdal|Myrvoll")},
	{"PL", "Poland", "Polish", "Warsaw", "Europe/Warsaw", false, list("Warsaw|Krakow|Gdansk|Poznan|Lublin|Szczecin"),
		list("Bozena|Zbigniew|Halina|Ryszard|Danuta|Leszek|Grazyna|Czeslaw|Urszula|Tadeusz|Iwona|Mieczyslaw"), list("Wronczak|Sadlowski|Kepinska|Bralczyk|Dziedzicka|Orlikowski|Zarembina|Plocharski|Gawronik|Mokrzycka|Turczyn|Halberda")},
	{"PT", "Portugal", "Portuguese", "Lisbon", "Europe/Lisbon", false, list("Lisbon|Porto|Coimbra|Braga|Faro|Setúbal"),
		list("Benedita|Afonso|Leonor|Vasco|Graça|Baltazar|Filomena|Rodrigo|Amália|Simão|Violante|Anselmo"), list("Quintanilha|Sobreiro|Valadares|Peixinho|Carrasqueira|Mourato|Figueiral|Bragança-Lobo|Tavira|Outeiro|Salgueiral|Nabeiro")},
	{"IT", "Italy", "Italian", "Rome", "Europe/Rome", false, list("Rome|Milan|Turin|Bari|Palermo|Trieste"),
		list("Ortensia|Ruggero|Fiammetta|Baldassare|Ludovica|Ermanno|Ginevra|Saverio|Carlotta|Tancredi|Ilaria|Gaspare"), list("Montefalchi|Brusadelli|Cortesani|Vinciguerra|Passalacqua|Dell'Orto|Scarpellino|Boccadoro|Tramontin|Pietrasanta|Gandolfi|Serravalle")},
	{"GR", "Greece", "Greek", "Athens", "Europe/Athens", false, list("Athens|Thessaloniki|Patras|Heraklion|Volos|Kavala"),
		list("Kalliope|Stavros|Despina|Thanasis|Evanthia|Lefteris|Aspasia|Pavlos|Myrto|Aristides|Zoi|Fotis"), list("Karavas|Mavridaki|Tsoukala|Xenopoulou|Vlachakis|Drakontis|Galanou|Petromelis|Sarantakou|Kondylis|Hatzivas|Leontaris")},
	{"RO", "Romania", "Romanian", "Bucharest", "Europe/Bucharest", false, list("Bucharest|Cluj-Napoca|Iasi|Timisoara|Constanta|Brasov"),
		list("Ruxandra|Horatiu|Smaranda|Octavian|Ileana|Dragos|Viorica|Serban|Catrinel|Mircea|Zamfira|Tiberiu"), list("Vasilcu|Moldoveanca|Brancov|Tarnovan|Stanculete|Hurdubaia|Negrescu|Patrascan|Lupsa|Ciobotea|Draghicescu|Balan-Marin")},
	{"DE", "Germany", "German", "Berlin", "Europe/Berlin", false, list("Berlin|Hamburg|Dresden|Bremen|Leipzig|Mannheim"),
		list("Friederike|Gottfried|Henrike|Ludger|Annegret|Wolfram|Roswitha|Eckhard|Mechthild|Burkhard|Irmgard|Reinhold"), list("Ahrendsen|Bruchmüller|Dinkelacker|Eschenbach|Fürstenau|Grothe|Haselhorst|Kaltenegger|Lohmeyer|Oberdorf|von Tessin|Wippermann")},
	{"TR", "Turkey", "Turkish", "Ankara", "Europe/Istanbul", false, list("Ankara|Istanbul|Izmir|Adana|Trabzon|Konya"),
		list("Nilüfer|Orhan|Sevgi|Tarık|Perihan|Cemal|Handan|Ferit|Müjde|Rıza|Nazan|Volkan"), list("Karabulutlu|Yıldırımer|Akçay|Demirkol|Sarıkaya|Tunçel|Özbilgin|Kocabaş|Altınok|Bozdağlı|Erdemir|Gökçen")},
	{"EG", "Egypt", "Egyptian", "Cairo", "Africa/Cairo", false, list("Cairo|Alexandria|Suez|Luxor|Aswan|Port Said"),
		list("Nagwa|Hossam|Safiya|Medhat|Ola|Ashraf|Maha|Galal|Rasha|Wael|Hanan|Tamer"), list("el-Gindy|Abdelsalam|Barakat|el-Masry|Shokri|Ghoneim|Fahmy-Said|Rizkalla|el-Nahas|Bishara|Tantawi|Zaghloul")},
	{"KE", "Kenya", "Kenyan", "Nairobi", "Africa/Nairobi", false, list("Nairobi|Mombasa|Kisumu|Nakuru|Eldoret|Garissa"),
		list("Wambui|Otieno|Njeri|Kiprono|Akinyi|Mutua|Chebet|Barasa|Nyambura|Kimani|Atieno|Ochieng"), list("Kariuki|Odhiambo|Chepkemoi|Mwangangi|Wafula|Njoroge|Rotich|Onyango|Kilonzi|Muthoni|Cheruiyot|Ogola")},
	{"GH", "Ghana", "Ghanaian", "Accra", "Africa/Accra", false, list("Accra|Kumasi|Tamale|Takoradi|Cape Coast|Tema"),
		list("Abena|Kwabena|Akosua|Yaw|Efua|Kojo|Adwoa|Kofi|Esi|Nii|Afia|Ekow"), list("Boakye-Darko|Asante-Frimpong|Owusu|Mensah-Bonsu|Tetteh|Amoako|Quartey|Agyapong|Nkansah|Dzokoto|Appiah|Sackey")},
	{"SN", "Senegal", "Senegalese", "Dakar", "Africa/Dakar", false, list("Dakar|Thiès|Saint-Louis|Ziguinchor|Kaolack|Tambacounda"),
		list("Aminata|Ousmane|Ndeye|Cheikh|Coumba|Modou|Khady|Assane|Rokhaya|Pape|Binta|Lamine"), list("Diouf|Ndour|Faye|Sarr|Gueye|Mbodj|Thiam|Cissokho|Badiane|Seck|Kane|Dieng")},
	{"JO", "Jordan", "Jordanian", "Amman", "Asia/Amman", false, list("Amman|Irbid|Aqaba|Zarqa|Karak|Mafraq"),
		list("Rula|Faris|Dima|Khalil|Lubna|Nidal|Reem|Sufyan|Hala|Basel|Tamara|Ziad"), list("al-Tarawneh|Haddadin|al-Majali|Khasawneh|Obeidat|al-Zoubi|Qudah|Nimri|al-Rousan|Sawalha|Hijazin|al-Bataineh")},
	{"IN", "India", "Indian", "New Delhi", "Asia/Kolkata", false, list("New Delhi|Mumbai|Chennai|Kochi|Lucknow|Guwahati"),
		list("Anjali|Raghav|Meenakshi|Devendra|Kavita|Suresh|Lakshmi|Arvind|Pallavi|Mohan|Sunita|Harish"), list("Bhattarwal|Chandrasekhar|Deshmukhe|Iyengarathnam|Kulshreshta|Mukhopadhyay|Nambiarkutty|Pillaiyar|Raghunathan|Sengupta|Trivedi|Venkatesan")},
	{"VN", "Vietnam", "Vietnamese", "Hanoi", "Asia/Ho_Chi_Minh", true, list("Hanoi|Da Nang|Haiphong|Can Tho|Hue|Nha Trang"),
		list("Thi Lan|Van Hai|Thanh Tam|Quoc Bao|Ngoc Mai|Duc Long|Thu Ha|Minh Khoa|Bich Van|Huu Phuoc|Kim Chi|Xuan Loc"), list("Nguyen|Tran|Pham|Hoang|Vu|Dang|Bui|Duong|Ngo|Ly|Trinh|Doan")},
	{"JP", "Japan", "Japanese", "Tokyo", "Asia/Tokyo", false, list("Tokyo|Osaka|Sapporo|Fukuoka|Sendai|Hiroshima"),
		list("Ayumi|Daisuke|Chizuru|Hirofumi|Kaoru|Masanori|Natsuko|Ryoichi|Setsuko|Takuma|Yoriko|Shunpei"), list("Amanuma|Hatakeda|Ishibane|Kurosaka|Minakawa|Nagareda|Okitsu|Sawamori|Takigami|Uenaka|Wakasugi|Yanagihara")},
	{"KR", "South Korea", "South Korean", "Seoul", "Asia/Seoul", true, list("Seoul|Busan|Daegu|Gwangju|Incheon|Ulsan"),
		list("Seung-min|Hye-rin|Dong-wook|Eun-byul|Jae-hyuk|Mi-sook|Tae-gyu|Yoon-ah|Chang-ho|Bo-ra|Sang-jin|Na-young"), list("Kim|Lee|Choi|Jung|Kang|Yoon|Jang|Lim|Shin|Seo|Kwon|Bae")},
	{"AU", "Australia", "Australian", "Canberra", "Australia/Sydney", false, list("Canberra|Sydney|Melbourne|Brisbane|Hobart|Newcastle"),
		list("Bronwyn|Lachlan|Matilda|Angus|Tegan|Callum|Imogen|Declan|Fiona|Hamish|Keira|Rhys"), list("Aldershaw|Birchgrove|Carmody-West|Dunmore|Eastlake|Fothergill|Gillespie|Hartigan|Illingworth|Kennaway|Lockyer|Merriwether")},
	{"CA", "Canada", "Canadian", "Ottawa", "America/Toronto", false, list("Ottawa|Toronto|Montreal|Halifax|Winnipeg|Quebec City"),
		list("Geneviève|Malcolm|Odette|Gordon|Marguerite|Stuart|Noémie|Douglas|Solange|Wendell|Élodie|Ross"), list("Beauchemin|Castonguay|Drummond-Hale|Fairbairn|Gingras|Hollingshead|Lamontagne|MacAskill|Ouellette|Pemberton|Robichaud|Thistlewood")},
	{"MX", "Mexico", "Mexican", "Mexico City", "America/Mexico_City", false, list("Mexico City|Guadalajara|Monterrey|Oaxaca|Veracruz|Mérida"),
		list("Xóchitl|Eusebio|Citlali|Gumaro|Refugio|Baltasar|Itzel|Porfirio|Yolotzin|Evaristo|Socorro|Macario"), list("Altamirano|Bustillos|Cervantes Rueda|Escamilla|Fuentes Lira|Huerta|Jaramillo|Montemayor|Olvera|Quintanar|Sandoval Paz|Zamarripa")},
	{"CO", "Colombia", "Colombian", "Bogotá", "America/Bogota", false, list("Bogotá|Medellín|Cali|Cartagena|Bucaramanga|Pasto"),
		list("Marisol|Fabián|Luz Dary|Hernando|Consuelo|Álvaro|Nubia|Gildardo|Esperanza|Wilmer|Stella|Jairo"), list("Arboleda|Bermúdez|Caicedo|Echeverri|Galvis|Hincapié|Londoño|Mosquera|Ospina|Restrepo|Urrego|Zuluaga")},
	{"AR", "Argentina", "Argentine", "Buenos Aires", "America/Argentina/Buenos_Aires", false, list("Buenos Aires|Córdoba|Rosario|Mendoza|Salta|Neuquén"),
		list("Nélida|Ramiro|Graciela|Leandro|Mirta|Facundo|Silvina|Ezequiel|Alicia|Joaquín|Beatriz|Nahuel"), list("Albarracín|Bertolotti|Ceballos|Dellepiane|Etcheverry|Fontanarrosa|Goyeneche|Iturralde|Larralde|Maidana|Pellegrini|Uriburu")},
}

// Fragments of sentences, at most five words each: whole sentences stay rare
// enough for two articles not to look like copies.
var (
	rolesGov = list("Prime Minister|President|Foreign Minister|Finance Minister|Interior Minister|Health Minister|Transport Minister|Defense Minister|Energy Minister|Labor Minister|Justice Minister|Agriculture Minister")
	rolesAny = list("police chief|union leader|harbor master|opposition leader|chief prosecutor|governor|mayor|rail boss|central banker|hospital director|court spokesman|army chief|envoy|ombudsman|grid operator|farm leader")
	meets    = list("met|received|held talks with|sat down with|conferred with|had lunch with|hosted|called on")
	topics   = list("a ferry line that lost its license|grain shipments held at the border|the price of bread|a railway tunnel under the strait|a prison transfer|gas meters that run backward|fishing quotas|the return of three bronze statues|a hospital without nurses|visas for seasonal workers|a bridge closed since winter|drought relief|an unpaid loan|a radar station on the coast|flood barriers|school examinations|a disputed lighthouse|cattle disease|the sale of the national airline|a strike at the mint|wildfire crews|river dredging|the census|a copper mine|undersea cables|bus fares|a contested border post|housing for teachers|a vaccine shortage|stolen election ballots")
	subjects = list("The ministry|The court of appeal|A coalition of dockers|The national railway|The city council|A panel of engineers|The central bank|The port authority|The coast guard|The statistics office|A group of pensioners|The teachers' union|The weather service|An auditor|The grid company|Two former ministers|The archbishop|The chamber of commerce|Lawyers for the company|The Red Cross|A parliamentary committee|The harbor pilots|Opposition deputies|The farmers' league|The anti-corruption office|A spokeswoman|Residents of the old town|The customs service|Diplomats|The electricity regulator")
	verbs    = list("rejected|welcomed|postponed|approved|questioned|leaked|withdrew|published|criticized|delayed|challenged|announced|confirmed|denied having seen|refused to sign|promised to review|voted down|quietly dropped|demanded|reopened|suspended|defended|has ignored|would not discuss|took issue with|praised|doubled|halved|copied|lost")
	objects  = list("a draft of the contract|the tender for new trams|a list of 40 names|the second report|a plan for night shifts|the emergency budget|an appeal by neighbors|the results of the inquiry|a tax on empty houses|the timetable|a letter from the bishop|its own forecast|the purchase of six boats|a fine of two million|the closure of the mill|an offer from abroad|the rules on overtime|a map of the flood plain|the appointment of a judge|the minutes of the meeting|a loan from the fund|the sale of the quay|a request for asylum|the design of the dam|a complaint about noise|the new water tariff|an order for helicopters|the cabinet's explanation|a promise made in spring|the last clause")
	circs    = list("without giving reasons|after a long night|by a narrow margin|in a closed session|despite warnings|over coffee|to general surprise|under pressure from creditors|for the third time|at the last minute|in front of cameras|for want of money|on legal grounds|behind closed doors|with two abstentions|amid heavy rain|in writing|against all advice|ahead of the holidays|through a spokesman|within an hour|as protests grew|with a shrug|after a power cut|on the courthouse steps")
	quotes   = list("We have counted twice|Nobody asked the nurses|The river does not read|It will hold until winter|I would rather be late than wrong|There is no second plan|They sent us a calendar|My door is open, my drawer is not|The figures speak for themselves|We are tired of ribbons|This is a beginning, no more|Someone has to pay the ferryman|You cannot eat a communiqué|The ice was thinner than the contract|We will read it slowly|Let them bring a shovel|It was a good lunch and a bad text|The children noticed first|Every village has such a road|I signed what I understood|That stone has been moved before|We asked for pipes and got posters")
	tails    = list("told reporters|said in a statement|said by telephone|told parliament|said on the radio|wrote in a letter|told a crowd outside|said after the vote|said at the station|told a local newspaper")
	units    = list("tons of wheat|euros a month|households|passengers a day|cubic meters of water|megawatts|hectares of forest|signatures|jobs|containers|head of cattle|letters of complaint|hospital beds|kilometers of track|barrels")
	trends   = list("rose to|fell to|was put at|stood at|reached|shrank to|climbed past|was revised to")
	measures = list("The backlog|The shortfall|Demand|Output|The queue|The bill|Traffic|The reserve|The number affected|The harvest|Capacity|The surplus")
	bios     = list("a retired welder|who keeps a kiosk by the gate|a parent of four|who has driven the night bus for years|a beekeeper|who came on foot|a clerk at the registry|who lost a license in the spring|a former goalkeeper|who sells umbrellas|a surveyor|a student of law")
	deeds    = list("had brought a folding chair|counted the trucks as they passed|kept every receipt in a tin|meant to stay until dark|had walked since dawn|asked for a glass of water|read the notice aloud|showed a photograph of the old pier|had heard it all before|wanted only a date")
	links    = list("Meanwhile|In addition|By contrast|Separately|As a result|Even so|At the same time|Later|For their part|Until then")
	whens    = list("on Monday|on Tuesday|on Wednesday|on Thursday|on Friday|on Saturday|on Sunday|last week|two weeks ago|overnight|on Monday night|late on Friday|last month|this week|in January|last autumn|since 2019|in 2023|on Feb. 11|on March 3|earlier this month|three years ago|at dawn on Sunday|in the spring of 2022|over the weekend")
	plans    = list("is to|plans to|will|hopes to|is expected to|wants to|intends to|has agreed to")
	acts     = list("publish|reopen|discuss|withdraw|sign|defend|review|suspend|present|finish|challenge|approve")
	futures  = list("next week|next month|by the end of the year|before the end of the month|by the summer|tomorrow|on April 22|in the autumn|within 30 days|by the end of 2026|next spring|later this month|on June 16|in two weeks|after Easter")
	heads    = list("talks|dispute|row|plan|pact|vote|inquiry|standoff|offer|deal")
	outlets  = []struct{ id, name, agency string }{
		{"gen-meridian", "Meridian Press Agency", "MPA"}, {"gen-northwire", "Northwire", "Northwire"},
		{"gen-harbour-ledger", "The Harbour Ledger", ""}, {"gen-alpine", "The Alpine Tribune", ""},
		{"gen-pacific", "Pacific Dispatch", ""}, {"gen-lantern", "The Evening Lantern", ""},
		{"gen-crossroads", "Crossroads News Service", "CNS"}, {"gen-tideway", "The Tideway Post", ""},
	}
)
