package edifact

import (
	"bufio"
	"fmt"
	"io"
)

// perInterchange is how many messages an interchange of Generate has.
const perInterchange = 500

// Generate writes well-formed ORDERS (D.96A, ten lines each, one released character each) for measuring: always the same
// for a number. 72 500 are 100 MB.
func Generate(w io.Writer, messages int) error {
	out := bufio.NewWriterSize(w, 64<<10)
	for from := 0; from < messages; from += perInterchange {
		n := min(perInterchange, messages-from)
		control := fmt.Sprintf("%014d", 1+from/perInterchange)
		fmt.Fprintf(out, "UNA:+.? 'UNB+UNOC:3+4012345000016:14+4098765000010:14+260105:0930+%s++ORDERS'", control)
		for i := range n {
			generateOrder(out, from+i+1)
		}
		fmt.Fprintf(out, "UNZ+%d+%s'", n, control)
	}
	return out.Flush()
}

// segmentsPerOrder is how many segments a generated order has.
const segmentsPerOrder = 63

func generateOrder(out *bufio.Writer, number int) {
	fmt.Fprintf(out, "UNH+%d+ORDERS:D:96A:UN:EAN008'BGM+220+PO%08d+9'DTM+137:20260105:102'DTM+2:20260119:102'", number, number)
	fmt.Fprint(out, "FTX+PUR+3++Ring the bell?+wait at gate 4'RFF+CT:AG-2026-7'NAD+BY+4012345000016::9'NAD+SU+4098765000010::9'")
	fmt.Fprint(out, "NAD+DP+4012345000108::9++Harbour Goods depot north+Dock Road 12+Millport++20457+DE'CUX+2:EUR:9'")
	for line := 1; line <= 10; line++ {
		item := (number*10 + line) % 900
		fmt.Fprintf(out, "LIN+%d++%s:EN'PIA+1+HG-%05d:IN'IMD+F++:::Enamel mug no. %d'", line, withCheckDigit(fmt.Sprintf("4098765%05d", item)), item, item)
		fmt.Fprintf(out, "QTY+21:%d:PCE'PRI+AAA:%d.%02d'", 1+(number+line)%48, 3+item%20, item%100)
	}
	fmt.Fprintf(out, "UNS+S'CNT+2:10'UNT+%d+%d'", segmentsPerOrder, number)
}

// withCheckDigit ends a GS1 number with its check digit.
func withCheckDigit(body string) string {
	for digit := byte('0'); digit <= '9'; digit++ {
		if whole := body + string(digit); gs1Sum([]byte(whole))%10 == 0 {
			return whole
		}
	}
	return body
}
