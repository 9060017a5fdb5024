package check

import "tradepost/backend/edi"

// Handler takes what reading a file meets, in the order of the file: X is the interchange of a syntax, G its group, D its document (a set, a
// message) and S its segment. Any of its functions may be nil. What they are handed is valid until the call ends.
type Handler[X, G, D, S any] struct {
	Interchange    func(*X) // behind its header, as the next two
	Group          func(*G)
	Document       func(*D)
	Segment        func(*S, Match)   // every one, those of envelopes too
	Problem        func(edi.Problem) // belongs to what is open, by its scope
	DocumentEnd    func(*D)          // behind its trailer, or what stands where that is missing, as the next two
	GroupEnd       func(*G)
	InterchangeEnd func(*X)
}

// Call hands something to one of a handler's functions, if that is there.
func Call[T any](do func(T), with T) {
	if do != nil {
		do(with)
	}
}

// Met hands a segment on.
func (h *Handler[X, G, D, S]) Met(s *S, at Match) {
	if h.Segment != nil {
		h.Segment(s, at)
	}
}

// And hands everything on to h first, then to next.
func (h Handler[X, G, D, S]) And(next Handler[X, G, D, S]) Handler[X, G, D, S] {
	return Handler[X, G, D, S]{
		Interchange:    both(h.Interchange, next.Interchange),
		Group:          both(h.Group, next.Group),
		Document:       both(h.Document, next.Document),
		Segment:        func(s *S, at Match) { h.Met(s, at); next.Met(s, at) },
		Problem:        both(h.Problem, next.Problem),
		DocumentEnd:    both(h.DocumentEnd, next.DocumentEnd),
		GroupEnd:       both(h.GroupEnd, next.GroupEnd),
		InterchangeEnd: both(h.InterchangeEnd, next.InterchangeEnd),
	}
}

func both[T any](first, second func(T)) func(T) {
	if first == nil || second == nil {
		if first == nil {
			return second
		}
		return first
	}
	return func(with T) { first(with); second(with) }
}
