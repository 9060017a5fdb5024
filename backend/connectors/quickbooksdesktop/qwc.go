package quickbooksdesktop

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// Introduction is the .qwc file: opened on the computer of QuickBooks, it puts Tradepost on the Web Connector's list.
func (Connector) Introduction(options map[string]string, address string, connectionID int64) (name string, content []byte, err error) {
	app := "Tradepost - " + options["name"]
	file := el{name: "QBWCXML", kids: []el{
		text("AppName", app), {name: "AppID", attrs: " "}, text("AppURL", address), text("AppDescription", "Posts what your channels sell, and reads accounts and items."),
		text("AppSupport", address), text("UserName", user), text("OwnerID", guid("Tradepost")), text("FileID", guid(fmt.Sprintf("%s %d", app, connectionID))),
		text("QBType", "QBFS"), group("Scheduler", text("RunEveryNMinutes", "5")), text("IsReadOnly", "false")}}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?>` + "\n")
	file.write(&b)
	return "tradepost.qwc", []byte(b.String()), nil
}

// guid makes the same identifier of the same words each time, so that a file made anew stands for the same application.
func guid(of string) string {
	sum := sha256.Sum256([]byte("tradepost qwc " + of))
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	return fmt.Sprintf("{%X-%X-%X-%X-%X}", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
