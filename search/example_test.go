package search_test

import (
	"fmt"
	"net/url"
	"time"

	"dateline/search"
)

// A question as it stands in an address, and as it can be shared.
func ExampleRules_Parse() {
	r := search.Rules{Now: time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)}
	v, _ := url.ParseQuery(`q=ferry+-strike+where:Estonia&from=last+month&to=yesterday`)
	q, err := r.Parse(v)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(q.Words, q.Places, q.From.Format(time.DateTime), q.To.Format(time.DateTime))
	fmt.Println(r.Values(q).Encode())

	_, err = r.Parse(url.Values{"from": {"2025-13"}, "colour": {"red"}})
	fmt.Println(err)
	// Output:
	// ferry -strike [Estonia] 2025-05-01 00:00:00 2025-06-01 00:00:00
	// from=2025-05-01&place=Estonia&q=ferry+-strike&to=2025-05-31
	// colour: no such parameter; from: "2025-13" is no date
}
