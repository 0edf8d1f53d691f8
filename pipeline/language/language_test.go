package language

import (
	"strings"
	"testing"
)

// Written for this test; a few sentences of news in each language.
var texts = map[string]string{
	"en": "The ferry left its berth without tugs on Thursday, harbour pilots said, and nobody was hurt. The shipping office has asked the crew for the recording of the bridge.",
	"de": "Die Fähre hat am Donnerstag ohne Schlepper abgelegt, wie die Lotsen im Hafen mitteilten. Verletzt wurde niemand. Das Schifffahrtsamt will nun die Aufzeichnung der Brücke sehen und die Besatzung befragen.",
	"fr": "Le ferry a quitté le quai jeudi sans remorqueurs, ont indiqué les pilotes du port. Personne n'a été blessé. L'office maritime a demandé à l'équipage l'enregistrement de la passerelle.",
	"es": "El transbordador salió el jueves del muelle sin remolcadores, dijeron los prácticos del puerto. Nadie resultó herido. La oficina marítima pidió a la tripulación la grabación del puente.",
	"it": "Il traghetto ha lasciato giovedì la banchina senza rimorchiatori, hanno detto i piloti del porto. Nessuno è rimasto ferito e l'ufficio marittimo ha chiesto all'equipaggio la registrazione.",
	"pt": "A balsa deixou o cais na quinta-feira sem rebocadores, disseram os práticos do porto. Ninguém ficou ferido e a capitania pediu à tripulação a gravação da ponte de comando.",
	"nl": "De veerboot vertrok donderdag zonder sleepboten van de kade, zeiden de loodsen van de haven. Niemand raakte gewond. Het scheepvaartkantoor heeft de bemanning om de opname van de brug gevraagd.",
	"pl": "Prom odpłynął w czwartek od nabrzeża bez holowników, poinformowali piloci portowi. Nikt nie został ranny. Urząd morski poprosił załogę o nagranie z mostka i wyjaśnienia kapitana.",
	"ru": "Паром отошёл в четверг от причала без буксиров, сообщили портовые лоцманы. Никто не пострадал. Морское управление запросило у экипажа запись с мостика и объяснения капитана. Как сообщил журналистам представитель порта, это уже третий случай за год, и теперь пароходству грозит крупный штраф. В компании от объяснений пока отказались, но пообещали ответить на все вопросы после проверки.",
	"ar": "غادرت العبارة الرصيف يوم الخميس من دون قاطرات، كما قال مرشدو الميناء. ولم يصب أحد بأذى. وطلب المكتب البحري من الطاقم تسجيل غرفة القيادة وتوضيحات القبطان حول ما جرى.",
	"ja": "フェリーは木曜日、タグボートなしで岸壁を離れたと港の水先案内人が明らかにした。けが人はいなかった。海運局は乗組員に船橋の記録の提出を求め、船長から事情を聞いている。",
	"tr": "Feribot perşembe günü römorkör olmadan iskeleden ayrıldı, liman kılavuzları açıkladı. Yaralanan olmadı. Denizcilik dairesi mürettebattan köprüüstü kaydını ve kaptanın açıklamasını istedi.",
	"fi": "Lautta lähti torstaina laiturista ilman hinaajia, sataman luotsit kertoivat. Kukaan ei loukkaantunut. Merenkulkulaitos on pyytänyt miehistöltä komentosillan tallennetta ja kapteenin selvitystä.",
	"et": "Praam lahkus neljapäeval kai äärest ilma puksiirideta, ütlesid sadama lootsid. Keegi viga ei saanud. Veeteede amet on palunud meeskonnalt komandosilla salvestist ja kapteni selgitust.",
}

// Old wires send everything in capitals.
func TestCapitals(t *testing.T) {
	if !english(strings.ToUpper(texts["en"])) || english(strings.ToUpper(texts["de"])) {
		t.Error("English in capitals is not told from German in capitals by its words")
	}
}

func TestOf(t *testing.T) {
	for want, body := range texts {
		for _, declared := range []string{"", "en-US"} { // what publishing systems write into every feed
			tag, basis := Of(declared, "", body)
			switch {
			case want == "en" && declared != "":
				if tag != declared || basis != Source {
					t.Errorf("%s said to be %s: %s by %s", want, declared, tag, basis)
				}
			case tag != want || basis != Text:
				t.Errorf("%s said to be %q: %s by %s", want, declared, tag, basis)
			}
		}
		if want == "en" {
			continue
		}
		if tag, basis := Of(want, "", body); tag != want || basis != Source {
			t.Errorf("%s said to be so: %s by %s", want, tag, basis)
		}
	}
	for _, c := range []struct{ declared, title, body, tag, basis string }{
		{"de", "", texts["en"], "en", Text},                        // plainly English
		{"nb", "", texts["nl"], "nb", Source},                      // the source knows better than a guess
		{"", "Ferry", "Gone.", "", ""},                             // too short
		{"fr", "Ferry", "Gone.", "fr", Source},                     //
		{"", "", strings.Repeat("1234 5678 ", 50), "", ""},         // no words
		{"", "", "\xff\xfe" + strings.Repeat("\x80", 300), "", ""}, // no text
		{"", texts["de"], "Kurz.", "de", Text},                     // the title counts where the body is short
		{"", "", strings.Repeat("ጀልባዋ ሐሙስ ዕለት ያለ ጎታች ወጣች ", 10), Undetermined, Text}, // another script
	} {
		if tag, basis := Of(c.declared, c.title, c.body); tag != c.tag || basis != c.basis {
			t.Errorf("%q %.20q %.20q: %q by %q, want %q by %q", c.declared, c.title, c.body, tag, basis, c.tag, c.basis)
		}
	}
	for tag, want := range map[string]bool{"en": true, "EN_us": true, "en-GB": true, "eng": true, "": false, "enm": false, "de": false} {
		if IsEnglish(tag) != want {
			t.Errorf("IsEnglish(%q)", tag)
		}
	}
}

func FuzzOf(f *testing.F) {
	f.Add("en", "a", texts["de"])
	f.Fuzz(func(t *testing.T, declared, title, body string) {
		a, b := Of(declared, title, body)
		if c, d := Of(declared, title, body); a != c || b != d {
			t.Fatal("another answer the second time")
		}
	})
}

func BenchmarkOf(b *testing.B) {
	for _, l := range []string{"en", "de"} {
		body := strings.Repeat(texts[l]+"\n", 40)
		b.Run(l, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if tag, _ := Of("", "", body); tag != l {
					b.Fatal(tag)
				}
			}
		})
	}
}
