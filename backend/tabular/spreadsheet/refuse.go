package spreadsheet

import (
	"context"
	"errors"
	"fmt"
	"io"

	"tradepost/backend/fault"
)

// damaged says that a workbook cannot be read to its end, and why.
func damaged(why string) error {
	return fault.New(fault.Invalid, "The workbook is damaged: "+why+".", "Download it again; or open it in a spreadsheet program and save it as XLSX or CSV.")
}

func bomb(what string) error {
	return fault.New(fault.Invalid, "The workbook is refused: "+what+". Files are made like that to bring programs down.",
		"If it is sound, open it in a spreadsheet program and save it as CSV.")
}

func notHere(what, remedy string) error {
	return fault.New(fault.Invalid, "This is "+what+", which cannot be read here.", remedy)
}

// readFault says what a failed read of a part means.
func readFault(err error) error {
	if err == nil || isFault(err) {
		return err
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(err, fault.Cancelled, "Reading the file was stopped.", "")
	case errors.Is(err, errSource):
		return fmt.Errorf("reading workbook: %w", err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fault.Wrap(err, fault.Invalid, "The workbook is cut off.", "Download it again.")
	}
	return fault.Wrap(err, fault.Invalid, "The workbook is damaged: its parts cannot be unpacked.",
		"Download it again; or open it in a spreadsheet program and save it as XLSX or CSV.")
}

func isFault(err error) bool {
	_, ok := errors.AsType[*fault.Error](err)
	return ok
}

// errSource marks what the source failed with, the disk say, so that it is not taken for damage of the file.
var errSource = errors.New("source")
