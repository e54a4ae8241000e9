package io.rdsboot.benchmarks.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A client that keeps cookies as a browser does, and shows redirects. Used by one thread.
 */
final class WebClient {

	private static final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.followRedirects(HttpClient.Redirect.NEVER)
		.build();

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final Map<String, String> cookies = new ConcurrentHashMap<>();

	HttpResponse<String> post(String url) throws IOException, InterruptedException {
		return send(HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.noBody()));
	}

	HttpResponse<String> get(String url) throws IOException, InterruptedException {
		return send(HttpRequest.newBuilder(URI.create(url)));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
		if (!this.cookies.isEmpty()) {
			request.header("Cookie",
					this.cookies.entrySet()
						.stream()
						.map((cookie) -> cookie.getKey() + "=" + cookie.getValue())
						.collect(Collectors.joining("; ")));
		}
		HttpResponse<String> response = http.send(request.timeout(TIMEOUT).build(),
				HttpResponse.BodyHandlers.ofString());
		for (String cookie : response.headers().allValues("Set-Cookie")) {
			int name = cookie.indexOf('=');
			this.cookies.put(cookie.substring(0, name), cookie.substring(name + 1, cookie.indexOf(';')));
		}
		return response;
	}

	void forgetCookies() {
		this.cookies.clear();
	}

}
