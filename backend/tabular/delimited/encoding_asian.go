package delimited

// shiftJIS watches a stream for Japanese text in Shift JIS, as Amazon Japan writes its reports. Bytes alone cannot prove an
// encoding; three things together are taken for it: every byte above ASCII fits, characters of two bytes stand next to each
// other, as they do in Japanese and not in Western text, and most of those begin in the range of the common characters, where
// Western encodings keep punctuation and Cyrillic, Greek and Chinese ones have next to nothing.
type shiftJIS struct {
	lead    byte // the first byte of a character that is not finished
	run     int  // characters of two bytes next to each other, so far
	runLead int  // of those, the ones that begin in the common range
	pairs   int  // all characters of two bytes
	inRuns  int  // of the pairs, those next to another
	common  int  // of those in runs, the ones that begin in the common range
	refused bool // a byte does not fit
}

// watch takes in a part of the stream.
func (s *shiftJIS) watch(part []byte) {
	for _, b := range part {
		if s.refused {
			return
		}
		if b < 0x80 && s.lead == 0 {
			s.endRun()
			continue
		}
		s.take(b)
	}
}

func (s *shiftJIS) take(b byte) {
	switch {
	case s.lead != 0:
		if b < 0x40 || b == 0x7F || b > 0xFC {
			s.refused = true
			return
		}
		s.pairs++
		s.run++
		if s.lead <= 0x9F {
			s.runLead++
		}
		s.lead = 0
	case b >= 0x81 && b <= 0x9F || b >= 0xE0 && b <= 0xFC:
		s.lead = b
	case b >= 0xA1 && b <= 0xDF: // half-width katakana
		s.endRun()
	default:
		s.refused = true
	}
}

func (s *shiftJIS) endRun() {
	if s.run > 1 {
		s.inRuns += s.run
		s.common += s.runLead
	}
	s.run, s.runLead = 0, 0
}

// is tells whether the stream is taken for Shift JIS: nothing in it speaks against, and enough for it.
func (s *shiftJIS) is() bool {
	s.endRun()
	return !s.refused && s.lead == 0 && s.inRuns >= 2 && s.inRuns*10 >= s.pairs*7 && s.common*10 >= s.inRuns*8
}

// foreign counts letters above ASCII that stand next to three others. Western languages have none such: a file with many is
// in a code page of another script, which its bytes do not name.
type foreign struct{ run, letters, all int }

const foreignRun = 4

func (f *foreign) watch(part []byte) {
	for _, b := range part {
		switch {
		case b < 0x80:
			f.run = 0
			continue
		case b >= 0xA1:
			f.run++
		}
		f.all++
		if f.run == foreignRun {
			f.letters += foreignRun
		} else if f.run > foreignRun {
			f.letters++
		}
	}
}

// is tells whether most of what is above ASCII stands in such runs.
func (f *foreign) is() bool { return f.letters*2 > f.all }
