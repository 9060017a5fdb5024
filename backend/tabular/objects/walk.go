package objects

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// walk gives what an object states, by joined names. raw is valid JSON.
func walk(raw []byte, state func(name, text string)) {
	w := walker{text: raw, state: state}
	w.object("")
}

type walker struct {
	text  []byte
	at    int
	state func(name, text string)
}

// sign passes over blanks and gives what stands there.
func (w *walker) sign() byte {
	for w.text[w.at] <= ' ' {
		w.at++
	}
	return w.text[w.at]
}

// object states what the object at hand holds, each name behind the prefix.
func (w *walker) object(prefix string) {
	for w.at++; w.sign() != '}'; {
		if w.text[w.at] == ',' {
			w.at++
			w.sign()
		}
		name := prefix + w.quoted()
		w.sign()
		w.at++ // the colon
		w.value(name)
	}
	w.at++
}

func (w *walker) value(name string) {
	switch w.sign() {
	case '{':
		w.object(name + ".")
	case '[':
		w.state(name, w.list())
	default:
		w.state(name, w.scalar())
	}
}

// list is what a list states: its texts and numbers, a comma and a blank between them, else its JSON.
func (w *walker) list() string {
	from, parts, plain := w.at, []string(nil), true
	for w.at++; w.sign() != ']'; {
		switch w.text[w.at] {
		case ',':
			w.at++
		case '{', '[':
			plain = false
			w.skip()
		default:
			parts = append(parts, w.scalar())
		}
	}
	w.at++
	if plain {
		return strings.Join(parts, ", ")
	}
	var compact bytes.Buffer
	_ = json.Compact(&compact, w.text[from:w.at]) // it is valid
	return compact.String()
}

// skip passes over the object or list at hand.
func (w *walker) skip() {
	for depth := 0; ; {
		switch w.text[w.at] {
		case '"':
			w.quote()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if w.at++; depth == 0 {
			return
		}
	}
}

// quote passes over a text and gives it with its quotes.
func (w *walker) quote() []byte {
	from := w.at
	for w.at++; w.text[w.at] != '"'; w.at++ {
		if w.text[w.at] == '\\' {
			w.at++
		}
	}
	w.at++
	return w.text[from:w.at]
}

func (w *walker) quoted() string {
	raw := w.quote()
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	var text string
	_ = json.Unmarshal(raw, &text) // it is valid
	return text
}

// scalar is what a text, a number, true, false or null states.
func (w *walker) scalar() string {
	if w.text[w.at] == '"' {
		return w.quoted()
	}
	from := w.at
	for w.at < len(w.text) && strings.IndexByte(",]} \t\r\n", w.text[w.at]) < 0 {
		w.at++
	}
	word := string(w.text[from:w.at])
	if word == "null" {
		return ""
	}
	return plainNumber(word)
}

// mostZeros is how many digits an exponent may add to a number; one with more stays as it is written.
const mostZeros = 40

// plainNumber writes a number with an exponent without one, exactly: 1.5e3 is 1500. Other words stay.
func plainNumber(word string) string {
	mantissa, power, has := cutExponent(word)
	if !has {
		return word
	}
	shift, err := strconv.Atoi(power)
	if err != nil || shift > mostZeros || shift < -mostZeros {
		return word
	}
	sign := ""
	if rest, minus := strings.CutPrefix(mantissa, "-"); minus {
		sign, mantissa = "-", rest
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, point := whole+fraction, len(whole)+shift
	if point <= 0 {
		digits, point = strings.Repeat("0", 1-point)+digits, 1
	}
	if point > len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	}
	whole, fraction = strings.TrimLeft(digits[:point], "0"), strings.TrimRight(digits[point:], "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	return sign + whole
}

func cutExponent(word string) (mantissa, power string, ok bool) {
	at := strings.IndexAny(word, "eE")
	if at < 0 || word[0] != '-' && (word[0] < '0' || word[0] > '9') {
		return word, "", false
	}
	return word[:at], strings.TrimPrefix(word[at+1:], "+"), true
}
