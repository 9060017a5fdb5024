package edifact

import (
	"embed"
	"fmt"
	"sync"

	"tradepost/backend/edi/definition"
)

//go:embed definitions
var files embed.FS

// Book has the definitions of EDIFACT's messages.
var Book = sync.OnceValues(func() (*definition.Book, error) {
	book, err := definition.Read(files, "definitions")
	if err != nil {
		return nil, fmt.Errorf("reading EDIFACT definitions: %w", err)
	}
	return book, nil
})
