package sim

import (
	"cmp"
	"slices"
)

// record is anything the shop keeps by id and time of change.
type record interface {
	comparable
	key() *stamps
}

// stamps are a record's id and times, in seconds since 1970.
type stamps struct {
	id, created, modified int64
}

func (s *stamps) key() *stamps { return s }

// shelf keeps records sorted both by id and by time of change, so that pages of a hundred thousand are found at once.
type shelf[R record] struct {
	byID     map[int64]R
	ids      []R // by id
	modified []R // by (modified, id)
}

func byTime[R record](a, b R) int {
	x, y := a.key(), b.key()
	return cmp.Or(cmp.Compare(x.modified, y.modified), cmp.Compare(x.id, y.id))
}

func byID[R record](a, b R) int { return cmp.Compare(a.key().id, b.key().id) }

func (s *shelf[R]) get(id int64) (R, bool) {
	r, ok := s.byID[id]
	return r, ok
}

func (s *shelf[R]) all() []R { return s.ids }

func (s *shelf[R]) put(r R) {
	if s.byID == nil {
		s.byID = map[int64]R{}
	}
	s.byID[r.key().id] = r
	s.ids = insert(s.ids, r, byID[R])
	s.modified = insert(s.modified, r, byTime[R])
}

// touch moves a record's time of change.
func (s *shelf[R]) touch(r R, at int64) {
	s.modified = cut(s.modified, r, byTime[R])
	r.key().modified = at
	s.modified = insert(s.modified, r, byTime[R])
}

func (s *shelf[R]) remove(r R) {
	delete(s.byID, r.key().id)
	s.ids = cut(s.ids, r, byID[R])
	s.modified = cut(s.modified, r, byTime[R])
}

func insert[R record](list []R, r R, compare func(a, b R) int) []R {
	if len(list) == 0 || compare(list[len(list)-1], r) < 0 {
		return append(list, r)
	}
	at, _ := slices.BinarySearchFunc(list, r, compare)
	return slices.Insert(list, at, r)
}

func cut[R record](list []R, r R, compare func(a, b R) int) []R {
	at, found := slices.BinarySearchFunc(list, r, compare)
	if !found {
		return list
	}
	return slices.Delete(list, at, at+1)
}

// since finds where changes at or after a second begin.
func (s *shelf[R]) since(second int64) int {
	at, _ := slices.BinarySearchFunc(s.modified, second, func(r R, second int64) int { return cmp.Compare(r.key().modified, second) })
	return at
}
