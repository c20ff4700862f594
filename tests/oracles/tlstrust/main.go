// tlstrust FOLDER: serves HTTPS with a certificate for each case, and says which of them Go's own client takes, as the
// registry's would. One line of JSON a case, then a line `proxy ADDRESS`: what asks through that proxy reaches a case's server
// by any host. It runs until its standard input ends.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
)

// Answer is what Go says of a case.
type Answer struct {
	Case string `json:"case"`
	// URL is what the client is to ask.
	URL string `json:"url"`
	// Pool is the file of the certificates that it trusts.
	Pool string `json:"pool"`
	// Refused is Go's error; blank if it takes the certificate.
	Refused string `json:"refused"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: tlstrust FOLDER")
	}
	proxy := listen()
	go http.Serve(proxy, http.HandlerFunc(tunnel))
	out := json.NewEncoder(os.Stdout)
	for _, one := range cases() {
		out.Encode(try(one, os.Args[1], proxy.Addr().String()))
	}
	fmt.Println("proxy", proxy.Addr())
	io.Copy(io.Discard, os.Stdin)
}

func listen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	return listener
}

// Every host is this machine.
func tunnel(w http.ResponseWriter, r *http.Request) {
	_, port, _ := net.SplitHostPort(r.Host)
	server, err := net.Dial("tcp", "127.0.0.1:"+port)
	if r.Method != http.MethodConnect || err != nil {
		http.Error(w, "no", http.StatusBadGateway)
		return
	}
	client, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
	go func() {
		io.Copy(server, client)
		server.Close()
	}()
	io.Copy(client, server)
	client.Close()
}

func try(one Case, folder, proxy string) Answer {
	listener := listen()
	config := &tls.Config{Certificates: []tls.Certificate{one.Served}}
	server := &http.Server{
		Handler:  http.NotFoundHandler(),
		ErrorLog: log.New(io.Discard, "", 0),
	}
	go server.Serve(tls.NewListener(listener, config))

	pool := x509.NewCertPool()
	var text []byte
	for _, trusted := range one.Trusted {
		pool.AddCert(trusted)
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: trusted.Raw})...)
	}
	file := filepath.Join(folder, one.Name+".pem")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		log.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	through, _ := url.Parse("http://" + proxy)
	client := &http.Client{Transport: &http.Transport{
		Proxy:           http.ProxyURL(through),
		TLSClientConfig: &tls.Config{RootCAs: pool},
	}}
	answer := Answer{Case: one.Name, URL: "https://" + net.JoinHostPort(one.Host, port), Pool: file}
	if got, err := client.Head(answer.URL); err != nil {
		answer.Refused = err.Error()
	} else {
		got.Body.Close()
	}
	client.CloseIdleConnections()
	return answer
}
