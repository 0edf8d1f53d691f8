package model

// countryLines holds a country's names and then its demonyms and adjectives,
// "|" between the two, ";" between spellings, one country a line. Written for
// this package; the gazetteer, given through WithPlaces, knows far more.
const countryLines = `
Afghanistan|Afghan;Afghans
Albania|Albanian;Albanians
Algeria|Algerian;Algerians
Angola|Angolan;Angolans
Argentina|Argentine;Argentinian;Argentines
Armenia|Armenian;Armenians
Australia|Australian;Australians;Aussie
Austria|Austrian;Austrians
Azerbaijan|Azerbaijani;Azeri;Azerbaijanis
Bahamas|Bahamian
Bahrain|Bahraini;Bahrainis
Bangladesh|Bangladeshi;Bangladeshis
Barbados|Barbadian
Belarus|Belarusian;Belarusians
Belgium|Belgian;Belgians
Belize|Belizean
Benin|Beninese
Bhutan|Bhutanese
Bolivia|Bolivian;Bolivians
Bosnia;Bosnia and Herzegovina;Bosnia-Herzegovina|Bosnian;Bosnians
Botswana|Batswana
Brazil|Brazilian;Brazilians
Brunei|Bruneian
Bulgaria|Bulgarian;Bulgarians
Burkina Faso|Burkinabe
Burundi|Burundian
Cambodia|Cambodian;Cambodians
Cameroon|Cameroonian;Cameroonians
Canada|Canadian;Canadians
Cape Verde|Cape Verdean
Central African Republic|Central African
Chad|Chadian
Chile|Chilean;Chileans
China;People's Republic of China;PRC|Chinese
Colombia|Colombian;Colombians
Comoros|Comorian
Congo;Republic of Congo;Democratic Republic of Congo;Democratic Republic of the Congo;DRC;DR Congo|Congolese
Costa Rica|Costa Rican;Costa Ricans
Croatia|Croatian;Croat;Croats
Cuba|Cuban;Cubans
Cyprus|Cypriot;Cypriots
Czech Republic;Czechia|Czech;Czechs
Denmark|Danish;Dane;Danes
Djibouti|Djiboutian
Dominican Republic|Dominican;Dominicans
East Timor;Timor-Leste|Timorese
Ecuador|Ecuadorian;Ecuadorean
Egypt|Egyptian;Egyptians
El Salvador|Salvadoran
Eritrea|Eritrean;Eritreans
Estonia|Estonian;Estonians
Eswatini;Swaziland|Swazi
Ethiopia|Ethiopian;Ethiopians
Fiji|Fijian;Fijians
Finland|Finnish;Finn;Finns
France|French;Frenchman;Frenchwoman
Gabon|Gabonese
Gambia|Gambian;Gambians
Georgia|Georgian;Georgians
Germany|German;Germans
Ghana|Ghanaian;Ghanaians
Greece|Greek;Greeks
Greenland|Greenlandic
Guatemala|Guatemalan;Guatemalans
Guinea;Guinea-Bissau;Equatorial Guinea|Guinean
Guyana|Guyanese
Haiti|Haitian;Haitians
Honduras|Honduran;Hondurans
Hong Kong|Hongkonger;Hongkongers
Hungary|Hungarian;Hungarians
Iceland|Icelandic;Icelander
India|Indian;Indians
Indonesia|Indonesian;Indonesians
Iran|Iranian;Iranians
Iraq|Iraqi;Iraqis
Ireland;Northern Ireland|Irish;Irishman
Israel|Israeli;Israelis
Italy|Italian;Italians
Ivory Coast;Côte d'Ivoire|Ivorian
Jamaica|Jamaican;Jamaicans
Japan|Japanese
Jordan|Jordanian;Jordanians
Kazakhstan|Kazakh;Kazakhs;Kazakhstani
Kenya|Kenyan;Kenyans
Kosovo|Kosovar;Kosovan
Kuwait|Kuwaiti;Kuwaitis
Kyrgyzstan|Kyrgyz
Laos|Laotian;Lao
Latvia|Latvian;Latvians
Lebanon|Lebanese
Lesotho|Basotho
Liberia|Liberian;Liberians
Libya|Libyan;Libyans
Liechtenstein|
Lithuania|Lithuanian;Lithuanians
Luxembourg|Luxembourgish
Madagascar|Malagasy
Malawi|Malawian;Malawians
Malaysia|Malaysian;Malaysians
Maldives|Maldivian;Maldivians
Mali|Malian;Malians
Malta|Maltese
Mauritania|Mauritanian
Mauritius|Mauritian
Mexico|Mexican;Mexicans
Moldova|Moldovan;Moldovans
Monaco|Monegasque
Mongolia|Mongolian;Mongolians
Montenegro|Montenegrin
Morocco|Moroccan;Moroccans
Mozambique|Mozambican
Myanmar;Burma|Burmese
Namibia|Namibian
Nauru|Nauruan
Nepal|Nepali;Nepalese;Nepalis
Netherlands;Holland|Dutch;Dutchman
New Zealand|New Zealander;New Zealanders
Nicaragua|Nicaraguan;Nicaraguans
Niger|Nigerien
Nigeria|Nigerian;Nigerians
North Korea;DPRK|North Korean;North Koreans
North Macedonia;Macedonia|Macedonian;Macedonians
Norway|Norwegian;Norwegians
Oman|Omani;Omanis
Pakistan|Pakistani;Pakistanis
Palestine|Palestinian;Palestinians
Panama|Panamanian
Papua New Guinea|Papuan
Paraguay|Paraguayan
Peru|Peruvian;Peruvians
Philippines|Philippine;Filipino;Filipinos;Filipina
Poland|Polish;Pole;Poles
Portugal|Portuguese
Puerto Rico|Puerto Rican;Puerto Ricans
Qatar|Qatari;Qataris
Romania|Romanian;Romanians
Russia;Russian Federation;Soviet Union;USSR|Russian;Russians;Soviet;Soviets
Rwanda|Rwandan;Rwandans
Samoa|Samoan
Saudi Arabia|Saudi;Saudis;Saudi Arabian
Scotland|Scottish;Scot;Scots
Senegal|Senegalese
Serbia;Yugoslavia|Serbian;Serb;Serbs
Seychelles|
Sierra Leone|Sierra Leonean
Singapore|Singaporean;Singaporeans
Slovakia|Slovak;Slovaks
Slovenia|Slovenian;Slovene
Solomon Islands|Solomon Islander
Somalia;Somaliland|Somali;Somalis
South Africa|South African;South Africans
South Korea|South Korean;South Koreans;Korean;Koreans
South Sudan|South Sudanese
Spain|Spanish;Spaniard;Spaniards;Catalan;Catalans;Basque
Sri Lanka|Sri Lankan;Sri Lankans;Tamil;Sinhalese
Sudan|Sudanese
Suriname|Surinamese
Sweden|Swedish;Swede;Swedes
Switzerland|Swiss
Syria|Syrian;Syrians
Taiwan|Taiwanese
Tajikistan|Tajik;Tajiks
Tanzania|Tanzanian;Tanzanians
Thailand|Thai;Thais
Tibet|Tibetan;Tibetans
Togo|Togolese
Tonga|Tongan
Trinidad;Trinidad and Tobago|Trinidadian
Tunisia|Tunisian;Tunisians
Turkey;Turkiye;Türkiye|Turkish;Turk;Turks
Turkmenistan|Turkmen
Uganda|Ugandan;Ugandans
Ukraine|Ukrainian;Ukrainians
United Arab Emirates;UAE|Emirati;Emiratis
United Kingdom;UK;U.K.;Britain;Great Britain;England;Wales|British;Briton;Britons;English;Welsh;Englishman
United States;United States of America;US;U.S.;USA;U.S.A.;America|American;Americans;African-American;African-Americans
Uruguay|Uruguayan
Uzbekistan|Uzbek;Uzbeks
Vanuatu|
Vatican;Vatican City|
Venezuela|Venezuelan;Venezuelans
Vietnam|Vietnamese
Yemen|Yemeni;Yemenis
Zambia|Zambian;Zambians
Zimbabwe|Zimbabwean;Zimbabweans
Crimea|Crimean
Catalonia|
Chechnya|Chechen;Chechens
Kashmir|Kashmiri;Kashmiris
Xinjiang|Uighur;Uyghur;Uighurs;Uyghurs
Kurdistan|Kurdish;Kurd;Kurds
Quebec|Québécois
`

// otherGroups are adherents and peoples that belong to no one country.
const otherGroups = `
Arab;Arabs;Arabic;Muslim;Muslims;Islamic;Islamist;Islamists;Christian;Christians
Jewish;Jew;Jews;Catholic;Catholics;Protestant;Protestants;Orthodox;Hindu;Hindus
Buddhist;Buddhists;Sikh;Sikhs;Sunni;Sunnis;Shiite;Shiites;Shia;Houthi;Houthis
European;Europeans;African;Africans;Asian;Asians;Nordic;Baltic;Scandinavian
Republican;Republicans;Democrat;Democrats;Conservatives;Communist;Communists
Nazi;Nazis;Socialist;Socialists;Roma;Yazidi;Yazidis;Rohingya;Hispanic;Hispanics
Latino;Latinos;Zionist;Maori;Inuit;Pashtun;Pashtuns;Hutu;Tutsi;Mormon;Mormons
Latin American;Middle Eastern;Western;Caribbean;Balkan;Tory;Tories;Labour
Latin Americans;South American;South Americans;Central American;Central Americans
North American;North Americans;Southeast Asian;Southeast Asians;East Asian
South Asian;South Asians;Central Asian;West African;West Africans;East African
East Africans;North African;North Africans;Southern African;Central African
Eastern European;Western European;Central European;Northern Irish;West Indian
First Nations;Native American;Native Americans;Asian American;Asian Americans
Aboriginal;Aboriginals;Dalit;Dalits;Creole;Métis;Garifuna;Zulu;Zulus;Yoruba;Igbo
Hausa;Fulani;Oromo;Oromos;Tigrayan;Tigrayans;Amhara;Tamil;Tamils;Sinhalese
Tibetan;Tibetans;Baloch;Hazara;Hazaras;Druze;Alawite;Alawites;Coptic;Copts
Maronite;Ahmadi;Ahmadis;Jain;Jains;Parsi;Parsis;Bedouin;Bedouins;Berber;Berbers
Cossack;Cossacks;Basque;Basques;Catalan;Catalans;Sami;Tatar;Tatars;Mayan;Quechua
Aymara;Mapuche;Guarani;Navajo;Cherokee;Lakota;Hmong;Māori;Māoris;Quebecer
Quebecers;Roman;Romans;Byzantine;Hindi;Urdu;Mandarin;Cantonese;Swahili;Bengali
Punjabi;Punjabis;Telugu;Malayalam;Marathi;Gujarati;Gujaratis;Kannada;Farsi
Pashto;Dari;Hebrew;Yiddish;Latin;Tagalog;Malay;Malays;Xhosa;Afrikaans;Afrikaner
Amharic;Tigrinya;Inuktitut;Marxist;Marxists;Maoist;Maoists;Leninist;Salafi
Salafist;Salafists;Wahhabi;Sufi;Sufis;Anglican;Anglicans;Methodist;Methodists
Baptist;Baptists;Lutheran;Lutherans;Pentecostal;Evangelical;Evangelicals;Quaker
Quakers;Presbyterian;Jesuit;Jesuits;Shi'ite;Shi'ites;Shi'a;Londoner;Londoners
New Yorker;New Yorkers;Texan;Texans;Californian;Californians;Floridian
Floridians;Parisian;Parisians;Berliner;Berliners;Muscovite;Muscovites
`

// cityNames are capitals, other large or much-written-of towns and the states
// of the United States, ";" or a line end between them.
const cityNames = `
Kabul;Tirana;Algiers;Luanda;Buenos Aires;Yerevan;Canberra;Vienna;Baku;Manama
Dhaka;Minsk;Brussels;Thimphu;La Paz;Sarajevo;Gaborone;Brasilia;Sofia
Ouagadougou;Bujumbura;Phnom Penh;Yaounde;Ottawa;Bangui;Santiago;Beijing;Bogota
Kinshasa;Brazzaville;San Jose;Zagreb;Havana;Nicosia;Prague;Copenhagen
Santo Domingo;Quito;Cairo;San Salvador;Asmara;Tallinn;Addis Ababa;Suva;Helsinki
Paris;Libreville;Banjul;Tbilisi;Berlin;Accra;Athens;Guatemala City;Conakry
Port-au-Prince;Tegucigalpa;Budapest;Reykjavik;New Delhi;Delhi;Jakarta;Tehran
Baghdad;Dublin;Jerusalem;Rome;Kingston;Tokyo;Amman;Astana;Nairobi;Pyongyang
Seoul;Pristina;Kuwait City;Bishkek;Vientiane;Riga;Beirut;Maseru;Monrovia
Tripoli;Vilnius;Antananarivo;Lilongwe;Kuala Lumpur;Male;Bamako;Valletta
Nouakchott;Port Louis;Mexico City;Chisinau;Ulaanbaatar;Podgorica;Rabat;Maputo
Naypyidaw;Yangon;Windhoek;Kathmandu;Amsterdam;The Hague;Hague;Wellington
Managua;Niamey;Abuja;Skopje;Oslo;Muscat;Islamabad;Ramallah;Panama City
Port Moresby;Asuncion;Lima;Manila;Warsaw;Lisbon;Doha;Bucharest;Moscow;Kigali
Riyadh;Dakar;Belgrade;Freetown;Bratislava;Ljubljana;Honiara;Mogadishu;Pretoria
Cape Town;Johannesburg;Juba;Madrid;Colombo;Khartoum;Paramaribo;Stockholm;Bern
Damascus;Taipei;Dushanbe;Dodoma;Dar es Salaam;Bangkok;Lome;Tunis;Ankara
Istanbul;Ashgabat;Kampala;Kyiv;Kiev;Abu Dhabi;Dubai;London;Montevideo;Tashkent
Caracas;Hanoi;Sanaa;Lusaka;Harare;Sydney;Melbourne;Brisbane;Perth;Adelaide
Auckland;Toronto;Montreal;Vancouver;Calgary;Rio de Janeiro;Sao Paulo;Medellin
Shanghai;Guangzhou;Shenzhen;Wuhan;Chongqing;Mumbai;Kolkata;Chennai;Bangalore
Hyderabad;Karachi;Lahore;Peshawar;Kandahar;Aleppo;Homs;Idlib;Mosul;Basra
Gaza City;Gaza;Tel Aviv;Haifa;Alexandria;Benghazi;Casablanca;Lagos;Kano
Osaka;Kyoto;Hiroshima;Nagasaki;Fukushima;Saigon;Ho Chi Minh City;Hamburg;Munich
Frankfurt;Cologne;Stuttgart;Milan;Naples;Turin;Venice;Florence;Palermo;Genoa
Marseille;Lyon;Nice;Strasbourg;Calais;Barcelona;Valencia;Seville;Zurich;Geneva
Davos;Basel;Rotterdam;Antwerp;Gothenburg;Malmo;Turku;Tampere;Tartu;Narva
Gdansk;Krakow;Wroclaw;Lviv;Odesa;Odessa;Kharkiv;Kherson;Mariupol;Donetsk
Luhansk;Zaporizhzhia;Dnipro;Bakhmut;Sevastopol;St. Petersburg;Saint Petersburg
Kaliningrad;Grozny;Vladivostok;Edinburgh;Glasgow;Belfast;Cardiff;Manchester
Liverpool;Birmingham;Leeds;Oxford;Cambridge;Bristol;New York;New York City
Los Angeles;Chicago;Houston;Philadelphia;San Francisco;San Diego;Dallas;Boston
Seattle;Denver;Detroit;Atlanta;Miami;Baltimore;Minneapolis;Cleveland;Phoenix
Las Vegas;Portland;Pittsburgh;Orlando;New Orleans;St. Louis;Sacramento;Memphis
Washington;Washington, D.C.;Alabama;Alaska;Arizona;Arkansas;California;Colorado
Connecticut;Delaware;Florida;Hawaii;Idaho;Illinois;Indiana;Iowa;Kansas;Kentucky
Louisiana;Maine;Maryland;Massachusetts;Michigan;Minnesota;Mississippi;Missouri
Montana;Nebraska;Nevada;New Hampshire;New Jersey;New Mexico;North Carolina
North Dakota;Ohio;Oklahoma;Oregon;Pennsylvania;Rhode Island;South Carolina
South Dakota;Tennessee;Texas;Utah;Vermont;West Virginia;Wisconsin;Wyoming
Ontario;Alberta;British Columbia;Nova Scotia;Manitoba;Punjab;Sindh;Balochistan
Bavaria;Saxony;Sicily;Sardinia;Corsica;Queensland;Victoria;Tasmania;Donbas
`

// regionNames are regions, continents, waters; seats of government stand in
// facilityNames.
const (
	regionNames = `
Europe;Asia;Africa;North America;South America;Latin America;Central America
Antarctica;Oceania;Middle East;Southeast Asia;South Asia;East Asia;Central Asia
North Africa;West Africa;East Africa;Eastern Europe;Western Europe;Balkans
Caucasus;Caribbean;Scandinavia;Baltics;Arctic;Sahel;West Bank;Gaza Strip;Sinai
Golan Heights;Mediterranean;Pacific;Atlantic;Himalayas;Alps;Amazon;Siberia
South China Sea;Black Sea;Baltic Sea;Red Sea;Caspian Sea;North Sea;Persian Gulf
Gulf of Mexico;Gulf of Finland;Gulf of Aden;Suez Canal;Panama Canal;Nile
Danube;Rhine;Thames;Hudson;Sahara;Silicon Valley;Wall Street;Hollywood
English Channel;Bay of Bengal;Horn of Africa;Strait of Hormuz;Taiwan Strait
`
	facilityNames = `
White House;Kremlin;Downing Street;Capitol;Capitol Hill;Elysee;Élysée
Buckingham Palace;Tahrir Square;Tiananmen Square;Red Square;Times Square
Guantanamo Bay;Heathrow;Eiffel Tower;Big Ben;Statue of Liberty
`
)
