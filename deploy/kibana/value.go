package kibana

// The attributes of saved objects are trees of any depth that Kibana may
// extend. These readers answer the zero value for whatever is not there; Lint
// says what should have been.

func str(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}

func list(m map[string]any, key string) []any {
	l, _ := m[key].([]any)
	return l
}

// at follows keys into nested objects.
func at(m map[string]any, keys ...string) map[string]any {
	for _, k := range keys {
		m, _ = m[k].(map[string]any)
	}
	return m
}

// number reads a JSON number as a whole one.
func number(m map[string]any, key string) int {
	f, _ := m[key].(float64)
	return int(f)
}

// names calls f with every text found under key, at any depth.
func names(v any, key string, f func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if s, ok := x.(string); ok && k == key {
				f(s)
			}
			names(x, key, f)
		}
	case []any:
		for _, x := range v {
			names(x, key, f)
		}
	}
}
