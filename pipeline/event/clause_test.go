package event

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestClauses reads one sentence each. The wanted events are written "trigger
// TYPE modality source>target @places date", the date empty where only the
// tense bounds it.
func TestClauses(t *testing.T) {
	actors := map[string]string{"Saar": "saar", "Korpi": "korpi", "Ebba Lindqvist": "lindqvist", "NATO": "nato", "Russia": "russia", "Ukraine": "ukraine",
		"police": "police", "rebels": "rebels", "Anna Reuter": "reuter", "Volkova": "volkova"}
	places := map[string]string{"Kyiv": "kyiv", "Turku": "turku", "Tallinn": "tallinn", "Brussels": "brussels", "Kharkiv": "kharkiv", "Riga": "riga"}
	tests := []struct {
		in   string
		want []string
	}{
		{"Russia attacked Kharkiv on Sunday.", []string{"attacked ASSAULT asserted russia> @kharkiv 2025-03-09"}},
		{"Korpi met Saar in Tallinn on Friday.", []string{"met CONSULT asserted korpi>saar @tallinn 2025-03-07"}},
		{"Three men were arrested by police in Riga on Thursday.", []string{"arrested COERCE asserted police> @riga 2025-03-06"}},
		{"Saar was criticized by Korpi on Friday.", []string{"criticized ACCUSE asserted korpi>saar @ 2025-03-07"}},
		{"Korpi will visit Kyiv on Tuesday.", []string{"visit CONSULT planned korpi> @kyiv 2025-03-11"}},
		{"Korpi may visit Kyiv on Tuesday.", []string{"visit CONSULT hypothetical korpi> @kyiv 2025-03-11"}},
		{"Korpi did not visit Kyiv.", []string{"visit CONSULT denied korpi> @kyiv "}},
		{"Korpi plans to visit Kyiv next week.", []string{"visit CONSULT planned korpi> @kyiv 2025-03-17"}},
		{"Russia denied on Sunday that rebels shelled Kharkiv on Friday.",
			[]string{"denied REJECT asserted russia> @ 2025-03-09", "shelled ASSAULT denied rebels> @kharkiv 2025-03-07"}},
		{"Saar said Monday that rebels had attacked Kharkiv on Friday.",
			[]string{"said STATEMENT asserted saar> @ 2025-03-10", "attacked ASSAULT reported rebels> @kharkiv 2025-03-07"}},
		{"Rebels shelled Kharkiv on Friday, Saar said Monday.",
			[]string{"shelled ASSAULT reported > @kharkiv 2025-03-07", "said STATEMENT asserted saar> @ 2025-03-10"}},
		{"Saar said she would meet Korpi in Turku on Tuesday.",
			[]string{"said STATEMENT asserted saar> @ ", "meet CONSULT planned saar>korpi @turku 2025-03-11"}},
		{"Talks between Saar and Korpi began in Turku on Friday.", []string{"began CONSULT asserted saar,korpi> @turku 2025-03-07"}},
		{"Saar arrived in Turku on Friday and met Korpi.",
			[]string{"arrived  asserted saar> @turku 2025-03-07", "met CONSULT asserted saar>korpi @ 2025-03-07"}},
		{"If Russia attacks Kharkiv, NATO will deploy ships.",
			[]string{"attacks ASSAULT hypothetical russia> @kharkiv ", "deploy MOBILIZE planned nato> @ "}},
		{"NATO called for calm after rebels stormed Kharkiv on Friday.",
			[]string{"called REQUEST asserted nato> @ ", "stormed ASSAULT asserted rebels> @kharkiv 2025-03-07"}},
		{"Saar, who visited Kyiv on Friday, urged NATO to send ships.",
			[]string{"visited CONSULT asserted saar> @kyiv 2025-03-07", "urged REQUEST asserted saar>nato @ "}},
		{"Anna Reuter resigned on Friday.", []string{"resigned APPOINT asserted reuter> @ 2025-03-07"}},
		{"An earthquake struck Riga on Friday.", []string{"struck DISASTER asserted > @riga 2025-03-07"}},
		{"Saar is in Tallinn.", nil},
		{"A quake of magnitude 6.8 shook Riga on Friday.", []string{"shook DISASTER asserted > @riga 2025-03-07"}},
		{"Saar, left, and Korpi in Tallinn.", nil},
		{"NATO spokesman Saar criticized Russia, Ukraine and Korpi's office.", []string{"criticized ACCUSE asserted saar>russia,ukraine @ "}},
		{"Saar, NATO chief, slammed Korpi's plan for Ukraine.", []string{"slammed ACCUSE asserted saar> @ "}},
		{"Leaders of NATO and Ukraine threatened sanctions against Russia.", []string{"threatened THREATEN asserted >russia @ "}},
		{"Guards of Saar attacked Korpi, blocking NATO.", []string{"attacked ASSAULT asserted >korpi @ "}},
		{"Saar spoke in Riga on Friday.", []string{"spoke STATEMENT asserted saar> @riga 2025-03-07"}},
		{"Saar spoke with Korpi in Riga.", []string{"spoke CONSULT asserted saar>korpi @riga "}},
		{"The election in Riga was close.", []string{"election  asserted > @riga "}},
		{"There was an election in Riga on Friday.", []string{"election ELECTION asserted > @riga 2025-03-07"}},
		{"Election officials in Riga met on Friday.", []string{"met CONSULT asserted > @riga 2025-03-07"}},
		{"NATO added another post in Riga.", []string{"added  asserted nato> @riga "}},
		{"The attack in Kharkiv on Friday killed six.", []string{"killed ASSAULT asserted > @kharkiv 2025-03-07"}},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			in := input(t, "", tt.in, anchor(t, "2025-03-10T15:30:00Z"), actors, places)
			es := Find(in)
			slices.SortFunc(es, func(a, b Event) int { return strings.Compare(a.ID, b.ID) })
			var got []string
			for _, e := range es {
				d := ""
				if e.Date != nil && e.Date.Method != "tense" {
					d = e.Date.Start
				}
				got = append(got, fmt.Sprintf("%s %s %s %s>%s @%s %s", e.Trigger, e.Type, e.Modality, strings.Join(e.Source, ","), strings.Join(e.Target, ","), strings.Join(e.Places, ","), d))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(tt.want, "\n\t"))
			}
		})
	}
}
