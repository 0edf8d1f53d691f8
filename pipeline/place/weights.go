package place

import "dateline/pipeline/gazetteer"

// Weights are the parts of a candidate's score. They were fitted by coordinate
// search, see Fitted.
type Weights struct {
	Population float64                    // per log10(people + 10)
	Feature    [gazetteer.FAC + 1]float64 // by kind of place
	Rank       float64                    // per step of the name's rank
	Country    float64                    // share of the article's country votes
	Admin1     float64                    // share of its first-level area's votes
	Qualifier  float64                    // an area behind the comma holds it
	Near       float64                    // exp(-km/NearKm) to the nearest place sure of itself
	NearKm     float64
	Home       float64 // in the outlet's country
	Dateline   float64 // in the dateline's country
	Shadow     float64 // shares its name with a country, or a small town with a state
	Margin     float64 // below it, back off or abstain
}

// Fitted are the weights of New.
var Fitted = Weights{
	Population: .6,
	Feature: [...]float64{
		gazetteer.CONT: 6, gazetteer.RGN: 5, gazetteer.SEA: 6, gazetteer.ISL: 3.5, gazetteer.MTS: 3.5, gazetteer.RIV: 3.5, gazetteer.HIST: 2,
		gazetteer.PCLI: 4, gazetteer.ADM1: 3.2, gazetteer.ADM2: 1.2, gazetteer.PPLC: 2.2, gazetteer.PPLA: .8, gazetteer.PPLA2: .2,
		gazetteer.PPL: 0, gazetteer.PPLX: -.5, gazetteer.FAC: 2,
	},
	Rank:      .18,
	Country:   3,
	Admin1:    1.5,
	Qualifier: 8,
	Near:      2,
	NearKm:    200,
	Home:      .5,
	Dateline:  1,
	Shadow:    3,
	Margin:    .15,
}
