package articles

import "time"

// Question is something an analyst may ask of the bundle, with the articles
// that answer it.
type Question struct {
	Text    string
	Actor   string    // full name
	Place   string    // city
	Country string    // its country, ISO 3166-1 alpha-2
	From    time.Time // days, UTC; the event lies in [From, To)
	To      time.Time
	Answers []string // Keys of the articles that tell of it, reprints included
}

// Questions gives questions of who, where and when that the bundle answers,
// the easy ones first: each of the first four is answered by one sentence that
// names actor, place and day. The demo asks the first three.
func Questions() []Question {
	day := func(month time.Month, d int) time.Time { return time.Date(2025, month, d, 0, 0, 0, 0, time.UTC) }
	return []Question{
		{"Whom did Harold Brandt meet in Addis Ababa, and when?", "Harold Brandt", "Addis Ababa", "ET",
			day(4, 3), day(4, 4), []string{"meridian-wire/mpa-20250403-brandt-addis"}},
		{"What did President Cossa do in Quelimane after the cyclone?", "Amélia Cossa", "Quelimane", "MZ",
			day(3, 18), day(3, 19), []string{"zambezi-post/zp-41139"}},
		{"When was Petra Kovac in Vienna as prime minister?", "Petra Kovac", "Vienna", "AT",
			day(5, 27), day(5, 28), []string{"alpine-tribune/https://alpinetribune.example/a/kovac-vienna"}},
		{"Who ended the port strike, and where?", "Rosa Quispe Mamani", "Arica", "CL",
			day(4, 17), day(4, 18), []string{"meridian-wire/mpa-20250417-arica-deal"}},
		{"Where was the Nile accord signed?", "Tarek Mansour", "Entebbe", "UG",
			day(4, 29), day(4, 30), []string{
				"meridian-wire/mpa-20250429-nile-accord",
				"pacific-dispatch/pd-77120",
				"lakehead-gazette/lg-n-561377",
			}},
		{"Who signed what in Turku in April?", "Liina Saar", "Turku", "FI",
			day(4, 4), day(4, 6), []string{
				"baltic-courier/https://balticcourier.example/2025/04/04/turku-opens",
				"meridian-wire/mpa-20250405-turku",
				"harbour-ledger/https://www.harbourledger.example/world/turku-seabed-patrols-8841",
			}},
		{"Who met in secret in Abu Dhabi in April?", "Selamawit Bekele", "Abu Dhabi", "AE",
			day(4, 14), day(4, 15), []string{"northwire/nw-2025-0416-0012"}},
	}
}
