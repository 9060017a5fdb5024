package delimited_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"

	"tradepost/backend/tabular/delimited"
)

func encoded(t testing.TB, text string, e delimited.Encoding, bom bool) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := delimited.Encode(&out, e, bom)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatalf("encoding as %s: %v", e, err)
	}
	return out.Bytes()
}

func TestEncodingsComeBack(t *testing.T) {
	text := "Name,Note\n#1,Café “au lait” ™\n#2," + strings.Repeat("é", 5000) + "\n"
	for _, e := range []delimited.Encoding{delimited.UTF8, delimited.UTF16LE, delimited.UTF16BE, delimited.Windows1252} {
		for _, bom := range []bool{false, true} {
			raw := encoded(t, text, e, bom)
			found, err := delimited.Detect(iotest.OneByteReader(bytes.NewReader(raw)))
			if err != nil || found.Encoding != e || found.BOM != (bom && e != delimited.Windows1252) {
				t.Errorf("%s, mark %v: detected %+v (%v)", e, bom, found, err)
			}
			got, err := io.ReadAll(delimited.Decode(iotest.OneByteReader(bytes.NewReader(raw)), found.Encoding))
			if err != nil || string(got) != text {
				t.Errorf("%s, mark %v: came back differently (%v)", e, bom, err)
			}
		}
	}
}

func TestDetect(t *testing.T) {
	long := strings.Repeat("plain ascii, nothing else\n", 5000)
	tests := []struct {
		name, in  string
		want      delimited.Encoding
		truncated bool
	}{
		{"empty", "", delimited.UTF8, false},
		{"ascii", "a,b\n", delimited.UTF8, false},
		{"a zero byte does not make UTF-16", "a,b\n\x00,c\n", delimited.UTF8, false},
		{"a lone é far down", long + "caf\xe9,x\n", delimited.Windows1252, false},
		{"cut off within a character", long + "caf\xc3", delimited.UTF8, true},
		{"cut off within a character of four", "\U0001F600\xF0\x9F\x98", delimited.UTF8, true},
		{"UTF-8 across the buffer's edge", strings.Repeat("x", 65535) + "é\n", delimited.UTF8, false},
		{"smart quotes of Windows", "\x93hi\x94\n", delimited.Windows1252, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := delimited.Detect(strings.NewReader(tt.in))
			if err != nil || got.Encoding != tt.want || got.Truncated != tt.truncated {
				t.Errorf("got %+v (%v), want %s, truncated %v", got, err, tt.want, tt.truncated)
			}
		})
	}
}

func TestDetectCountsUndefined(t *testing.T) {
	got, _ := delimited.Detect(strings.NewReader("\x83\x90 caf\xe9\n"))
	if got.Encoding != delimited.Windows1252 || got.Undefined == 0 {
		t.Errorf("got %+v, want undefined bytes counted", got)
	}
}

// What is no UTF-8 is Shift JIS only when it looks like Japanese; other scripts are named as foreign, Western ones are not.
func TestDetectScripts(t *testing.T) {
	encode := func(e encoding.Encoding, text string) string {
		out, err := e.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	tests := []struct {
		name, in string
		want     delimited.Encoding
		foreign  bool
	}{
		{"Japanese address", encode(japanese.ShiftJIS, "order-id\tship-city\n1\t東京都千代田区\n"), delimited.ShiftJIS, false},
		{"kana", encode(japanese.ShiftJIS, "name\nさくら マグカップ ﾃｽﾄ\n"), delimited.ShiftJIS, false},
		{"German", encode(charmap.Windows1252, "Straße;Größe;Bärbel Groß;Übergrößenträger\n"), delimited.Windows1252, false},
		{"French", encode(charmap.Windows1252, "créée à l’été, “Noël” naïveté… œuvre – 5 €\n"), delimited.Windows1252, false},
		{"quotes alone", encode(charmap.Windows1252, "it’s he’s we’re “a” “b”\n"), delimited.Windows1252, false},
		{"Polish", encode(charmap.Windows1250, "Zażółć gęślą jaźń, Łódź, Wrocław\n"), delimited.Windows1252, false},
		{"Turkish", encode(charmap.Windows1254, "İstanbul, Beyoğlu, Şişli, çiçek\n"), delimited.Windows1252, false},
		{"Russian", encode(charmap.Windows1251, "Москва, улица Ленина, Иванов Пётр\n"), delimited.Windows1252, true},
		{"Greek", encode(charmap.Windows1253, "Αθήνα, Θεσσαλονίκη, Παπαδόπουλος\n"), delimited.Windows1252, true},
		{"Chinese", encode(simplifiedchinese.GB18030, "北京市朝阳区建国路, 陶瓷杯子\n"), delimited.Windows1252, true},
		{"Korean", encode(korean.EUCKR, "서울특별시 강남구, 머그컵\n"), delimited.Windows1252, true},
	}
	for _, tt := range tests {
		for _, times := range []int{1, 9000} { // the second is larger than one reading
			got, err := delimited.Detect(iotest.OneByteReader(strings.NewReader(strings.Repeat(tt.in, max(1, times/len(tt.in))))))
			if err != nil || got.Encoding != tt.want || got.Foreign != tt.foreign {
				t.Errorf("%s: %s, foreign %v (%v)", tt.name, got.Encoding, got.Foreign, err)
			}
		}
	}
}
