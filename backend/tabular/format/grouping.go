package format

// grouper finds where one order ends and the next begins. K is the key itself, or a hash of it.
type grouper[K comparable] struct {
	key, part K
	open      bool
}

// starts tells whether a row begins another order than the row before it. A row without a key goes on with the order
// before it when it carries no line (a continuation); one that carries a line stands alone, as attaching it could put
// it into the wrong order.
func (g *grouper[K]) starts(key, part K, carries bool) bool {
	var blank K
	if key == blank {
		if g.open && !carries {
			return false
		}
	} else if g.open && key == g.key && (part == blank || g.part == blank || part == g.part) {
		if part != blank {
			g.part = part
		}
		return false
	}
	g.key, g.part, g.open = key, part, true
	return true
}

// beside finds the rows that state no key and belong to the order before them by what they state beside it. K is as in
// grouper.
type beside[K comparable] struct{ last K }

// carries tells whether a row without a key stands for itself. alone is what the row's line tells; what it states beside
// the key outranks it.
func (b *beside[K]) carries(key, stated K, alone bool) bool {
	var blank K
	before := b.last
	if key != blank || stated != blank {
		b.last = stated
	}
	if key != blank || stated == blank {
		return alone
	}
	return stated != before
}
