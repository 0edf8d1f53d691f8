package config

import (
	"reflect"
)

// Changed are the keys in which two configurations differ: those that a
// running worker takes on SIGHUP, and those that need a restart. A list of
// groups is one key.
func Changed(a, b *Config) (live, fixed []string) {
	changed(root, reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem(), func(n *node) {
		if n.live {
			live = append(live, n.key)
		} else {
			fixed = append(fixed, n.key)
		}
	})
	return live, fixed
}

func changed(n *node, a, b reflect.Value, tell func(*node)) {
	for _, c := range n.children {
		x, y := a.Field(c.index), b.Field(c.index)
		switch {
		case c.kind == kindGroup:
			changed(c, x, y, tell)
		case !reflect.DeepEqual(x.Interface(), y.Interface()) && !(x.Kind() == reflect.Slice && x.Len()+y.Len() == 0):
			tell(c)
		}
	}
}

// TakeLive copies the settings that may change while a worker runs from one
// configuration into another.
func TakeLive(into, from *Config) {
	takeLive(root, reflect.ValueOf(into).Elem(), reflect.ValueOf(from).Elem())
}

func takeLive(n *node, into, from reflect.Value) {
	for _, c := range n.children {
		switch {
		case c.kind == kindGroup:
			takeLive(c, into.Field(c.index), from.Field(c.index))
		case c.live:
			into.Field(c.index).Set(from.Field(c.index))
		}
	}
}
