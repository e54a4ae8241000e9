package io.rdsboot.web;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * A client that keeps cookies, and shows each answer, redirects too.
 */
final class Browser {

	private final CookieManager cookies = new CookieManager();

	private final HttpClient client = HttpClient.newBuilder()
		.cookieHandler(this.cookies)
		.followRedirects(HttpClient.Redirect.NEVER)
		.build();

	HttpResponse<String> get(String url, String... headers) {
		return send(request(url, headers).GET());
	}

	HttpResponse<String> post(String url, String... headers) {
		return send(request(url, headers).POST(HttpRequest.BodyPublishers.noBody()));
	}

	HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	static HttpRequest.Builder request(String url, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
		return (headers.length > 0) ? request.headers(headers) : request;
	}

	CookieManager cookies() {
		return this.cookies;
	}

	void forgetCookies() {
		this.cookies.getCookieStore().removeAll();
	}

}
