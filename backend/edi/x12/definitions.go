package x12

import (
	"embed"
	"strings"
	"sync"

	"tradepost/backend/edi/definition"
)

//go:embed definitions
var definitionFiles embed.FS

// Book is the definitions of X12. They are part of the program and tested: reading them cannot fail.
var Book = sync.OnceValue(func() *definition.Book {
	book, err := definition.Read(definitionFiles, "definitions")
	if err != nil {
		panic(err)
	}
	return book
})

// Release is the version in GS08 without an industry's suffix: 004010 of 004010VICS. "" when it is none.
func Release(version string) string {
	if len(version) < 6 || strings.Trim(version[:6], "0123456789") != "" {
		return ""
	}
	return version[:6]
}
