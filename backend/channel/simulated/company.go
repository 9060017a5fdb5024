package simulated

// Person is somebody who buys at simulated shops.
type Person struct{ First, Last string }

// People, Goods and Sizes are what simulated shops are filled with.
var (
	People = []Person{
		{"Grete", "Beispiel"}, {"Otto", "Muster"}, {"Ines", "Albrecht"}, {"Jan", "Petersen"}, {"Lena", "Hofmann"}, {"Paul", "Winter"},
		{"Marie", "Seidel"}, {"Karl", "Brandt"},
	}
	Goods = []string{"Bowl", "Trowel", "Watering can", "Seed box", "Bird house", "Lantern", "Pot", "Bench"}
	Sizes = []string{"small", "medium", "large"}
)
