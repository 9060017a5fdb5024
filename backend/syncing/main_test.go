package syncing_test

import (
	"os"
	"testing"
)

// asChild makes this test binary play another process: "life" is one life of Tradepost in the chaos.
const asChild = "TRADEPOST_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(asChild) == "life" {
		os.Exit(oneLife())
	}
	os.Exit(m.Run())
}
