package embedded

import "strconv"

// SetSchema makes the folder one of another release.
func SetSchema(s *Store, v int) error { return s.idx.SetInternal(schemaKey, []byte(strconv.Itoa(v))) }
