package practice

import "tradepost/backend/channel/simulated"

// shared are the goods that every shop of the company sells, with how many lie in its one storeroom. Some are few, so that
// two shops soon sell what is there once only.
var shared = []struct {
	simulated.Good
	held int64
}{
	{simulated.Good{SKU: "MUG-BLU", Title: "Mug, blue", Price: "14.00"}, 60},
	{simulated.Good{SKU: "MUG-GRN", Title: "Mug, green", Price: "14.00"}, 9},
	{simulated.Good{SKU: "POT-TEA", Title: "Teapot, 1 litre", Price: "38.50"}, 6},
	{simulated.Good{SKU: "TEA-ASM-100", Title: "Assam tea, 100 g", Price: "7.90"}, 120},
	{simulated.Good{SKU: "TEA-SEN-100", Title: "Sencha tea, 100 g", Price: "9.40"}, 80},
	{simulated.Good{SKU: "CAD-TIN", Title: "Tea caddy, tin", Price: "11.20"}, 14},
	{simulated.Good{SKU: "STR-FIN", Title: "Strainer, fine", Price: "5.60"}, 40},
	{simulated.Good{SKU: "TRY-OAK", Title: "Tray, oak", Price: "29.00"}, 4},
	{simulated.Good{SKU: "KET-GOO", Title: "Gooseneck kettle", Price: "64.00"}, 5},
	{simulated.Good{SKU: "CUP-SET-4", Title: "Four cups", Price: "32.00"}, 11},
}
