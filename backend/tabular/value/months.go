package value

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// name takes a run of letters of any script, as months are written in many languages.
func (s *scanner) name() string {
	from := s.at
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		if !unicode.IsLetter(r) {
			break
		}
		s.at += size
	}
	return s.text[from:s.at]
}

// foreignMonths are month names of German, French, Spanish, Italian, Dutch and Portuguese that differ from the English
// ones. Each means one month in all of these languages.
var foreignMonths = map[string]int{
	"januar": 1, "jänner": 1, "jän": 1, "janvier": 1, "janv": 1, "enero": 1, "ene": 1, "gennaio": 1, "gen": 1, "januari": 1, "janeiro": 1,
	"februar": 2, "feber": 2, "février": 2, "févr": 2, "fév": 2, "febrero": 2, "febbraio": 2, "februari": 2, "fevereiro": 2, "fev": 2,
	"märz": 3, "maerz": 3, "mär": 3, "mrz": 3, "mars": 3, "marzo": 3, "maart": 3, "mrt": 3, "março": 3,
	"avril": 4, "avr": 4, "abril": 4, "abr": 4, "aprile": 4,
	"mai": 5, "mayo": 5, "maggio": 5, "mag": 5, "mei": 5, "maio": 5,
	"juni": 6, "juin": 6, "junio": 6, "giugno": 6, "giu": 6, "junho": 6,
	"juli": 7, "juillet": 7, "juil": 7, "julio": 7, "luglio": 7, "lug": 7, "julho": 7,
	"août": 8, "agosto": 8, "ago": 8, "augustus": 8,
	"septembre": 9, "septiembre": 9, "settembre": 9, "set": 9, "setembro": 9,
	"oktober": 10, "okt": 10, "octobre": 10, "octubre": 10, "ottobre": 10, "ott": 10, "outubro": 10, "out": 10,
	"novembre": 11, "noviembre": 11, "novembro": 11,
	"dezember": 12, "dez": 12, "décembre": 12, "déc": 12, "diciembre": 12, "dicembre": 12, "dic": 12, "dezembro": 12,
}

func foreignMonth(name string) (int, bool) {
	month, ok := foreignMonths[strings.ToLower(name)]
	return month, ok
}
