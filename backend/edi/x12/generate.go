package x12

import (
	"bufio"
	"fmt"
	"io"
)

// perInterchange is how many orders Generate puts into one interchange.
const perInterchange = 500

// Generate writes so many made-up purchase orders (850, 004010) of ten lines each, always the same, without line breaks.
// 68,500 of them are about 100 MB. Benchmarks and tests read them.
func Generate(to io.Writer, orders int) error {
	w := bufio.NewWriterSize(to, 1<<16)
	for first := 0; first < orders; first += perInterchange {
		control := first/perInterchange + 1
		count := min(perInterchange, orders-first)
		_, _ = fmt.Fprintf(w, "ISA*00*          *00*          *ZZ*%-15s*ZZ*%-15s*261102*0815*U*00401*%09d*0*P*>~", "BIGMART", "SMALLWORKS", control)
		_, _ = fmt.Fprintf(w, "GS*PO*BIGMART*SMALLWORKS*20261102*0815*%d*X*004010~", control)
		for i := range count {
			generateOrder(w, first+i, i+1)
		}
		_, _ = fmt.Fprintf(w, "GE*%d*%d~IEA*1*%09d~", count, control, control)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing made-up orders: %w", err)
	}
	return nil
}

// generateOrder writes one order; a bufio.Writer keeps its first error, which Flush gives.
func generateOrder(w *bufio.Writer, number, control int) {
	_, _ = fmt.Fprintf(w, "ST*850*%04d~BEG*00*SA*%010d**20261102~REF*DP*%03d~REF*IA*004417~PER*BD*Jo Buyer*TE*5555550123~", control, 4500000000+number, number%900)
	_, _ = fmt.Fprintf(w, "FOB*CC~ITD*14*3*2**45**46~DTM*010*20261120~DTM*001*20261130~TD5**2*XMPL*M~")
	_, _ = fmt.Fprintf(w, "N1*ST*Bigmart store %04d*92*%04d~N3*%d Long Road~N4*Springfield*IL*62701*US~", number%4000, number%4000, 100+number%800)
	for line := 1; line <= 10; line++ {
		price := 100 + (number*7+line*131)%9000
		_, _ = fmt.Fprintf(w, "PO1*%d*%d*EA*%d.%02d*WE*UP*%012d*VN*SW-%05d*IN*%07d~", line, 1+(number+line)%48, price/100, price%100,
			614141000000+number%1000*10+line, (number*10+line)%100000, (number+line*37)%10000000)
		_, _ = fmt.Fprintf(w, "PID*F****Made-up article %d in blue~PO4*%d*1*EA~", line, 1+line%12)
	}
	_, _ = fmt.Fprintf(w, "CTT*10~SE*45*%04d~", control)
}
