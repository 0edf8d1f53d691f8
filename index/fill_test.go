package index_test

import (
	"fmt"
	"math"
	"reflect"
	"time"

	"dateline/pipeline"
	"dateline/pipeline/text"
	"dateline/pipeline/wire"
)

// full is a document in which every field of every type it is made of holds
// something, arrays two of it, so that a field that the encoder or the mapping
// forgets is noticed the day it is added.
func full() *pipeline.Document {
	d := &pipeline.Document{}
	n := 0
	fill(reflect.ValueOf(d).Elem(), &n)
	d.ID = fmt.Sprintf("%032x", 7)
	d.Status = wire.Usable
	d.Revision = 12
	for i := range d.Actors {
		d.Actors[i].ID, d.Actors[i].Type = fmt.Sprint("per:", i), []string{"person", "organization"}[i%2]
	}
	for i := range d.Places {
		p := &d.Places[i]
		p.ID, p.Feature, p.Lat, p.Lon = fmt.Sprint("gn:", i), "PPL", 10+float64(i), 20
		p.Kinds = []string{"dateline", "event", "mention", "metonym"}
	}
	for i := range d.Dates {
		d.Dates[i].Start, d.Dates[i].End, d.Dates[i].Granularity = "2025-05-18", "2025-05-20", "day"
		d.Dates[i].Instant, d.Dates[i].Flags = "2025-05-18T10:00:00Z", []string{"openStart", "openEnd"}
	}
	d.Main.Start, d.Main.End, d.Main.Day, d.Main.Granularity = "2025-05-18T18:00", "2025-05-19", "2025-05-18", "daypart"
	d.Main.Instant, d.Main.Flags = "2025-05-18T10:00:00Z", []string{"openStart", "openEnd"}
	d.Dateline.Date = "2025-05-18"
	for i := range d.Events {
		e := &d.Events[i]
		e.Actors, e.Places = []string{"per:0", "per:1"}, []string{"gn:0", "gn:1"}
		e.Date = &d.Dates[i]
	}
	return d
}

// fill puts a value into everything that v holds.
func fill(v reflect.Value, n *int) {
	*n++
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = time.Date(2025, 5, 18, 10, 0, *n%60, 123456000, time.UTC)
		return
	case *text.Span:
		*x = text.Span{Start: *n, End: *n + 5}
		return
	case *text.Field:
		*x = text.Field(*n % 2)
		return
	case *text.Kind:
		*x = text.Kind(*n % 8)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), n)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d <é> \"\u2028\"", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n % 250))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(math.Round(float64(*n)/7*1000) / 1000)
	default:
		panic("fill: " + v.Type().String() + ": teach fill about it")
	}
}
