package io.rdsboot.web;

import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.ConsistencyToken;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.routing.consistency.RememberedWrites;
import io.rdsboot.routing.consistency.SessionWrites;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

/**
 * Tests of {@link ConsistencyTokenFilter} in a real server.
 */
class ConsistencyTokenFilterTests {

	private final ConsistencyTokens tokens = ConsistencyTokens.builder("orders")
		.signingKey("a key that is not less than 32 bytes".getBytes(StandardCharsets.UTF_8))
		.writerLog((time, timeout) -> Optional.of(new LogPosition(42)))
		.build();

	private final Tomcat tomcat = new Tomcat();

	private final HttpClient client = HttpClient.newHttpClient();

	@TempDir
	private Path directory;

	@AfterEach
	void stop() throws Exception {
		this.tomcat.stop();
		this.tomcat.destroy();
	}

	@Test
	void requestThatWroteIsAnsweredWithATokenInHeaderAndCookie() throws Exception {
		start((request, response) -> {
			write();
			response.getWriter().write("written");
		});
		HttpResponse<String> response = get("/");
		ConsistencyToken token = this.tokens.decode(header(response));
		assertThat(token.position()).isEqualTo(new LogPosition(42));
		assertThat(response.headers().allValues("Set-Cookie")).singleElement(STRING)
			.matches("rds_consistency_" + this.tokens.cluster() + "=" + header(response)
					+ "; Path=/; Max-Age=3600; Expires=[^;]+; HttpOnly; SameSite=Lax");
		assertThat(response.body()).isEqualTo("written");
	}

	@Test
	void requestThatWroteNothingIsAnsweredWithNone() throws Exception {
		start((request, response) -> response.getWriter().write("read"));
		HttpResponse<String> response = get("/");
		assertThat(response.headers().firstValue(ConsistencyTokenFilter.HEADER)).isEmpty();
		assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
	}

	@Test
	void tokenIsAddedBeforeALargeBodyCommitsTheResponse() throws Exception {
		String large = "x".repeat(1_000_000);
		start((request, response) -> {
			write();
			Writer writer = response.getWriter();
			for (int i = 0; i < large.length(); i += 1000) {
				writer.write(large, i, 1000);
			}
		});
		HttpResponse<String> response = get("/");
		assertThat(response.headers().firstValue(ConsistencyTokenFilter.HEADER)).isPresent();
		assertThat(response.body()).isEqualTo(large);
	}

	@Test
	void writeAfterTheBeginningOfASmallBodyIsInTheToken() throws Exception {
		start((request, response) -> {
			response.getOutputStream().print("begun, ");
			write();
			response.getOutputStream().print("written");
		});
		assertThat(get("/").headers().firstValue(ConsistencyTokenFilter.HEADER)).isPresent();
	}

	@Test
	void tokenIsAddedBeforeARedirectAnErrorAndAFlush() throws Exception {
		start((request, response) -> {
			write();
			switch (request.getPathInfo()) {
				case "/redirect" -> response.sendRedirect("elsewhere");
				case "/error" -> response.sendError(409);
				default -> response.flushBuffer();
			}
		});
		for (String path : List.of("/redirect", "/error", "/flush")) {
			assertThat(get(path).headers().firstValue(ConsistencyTokenFilter.HEADER)).as(path).isPresent();
		}
	}

	@Test
	void asyncDispatchGoesOnWithTheSession() throws Exception {
		AtomicReference<ConsistencySession> first = new AtomicReference<>();
		start((request, response) -> {
			if (request.getDispatcherType() == DispatcherType.REQUEST) {
				first.set(ConsistencySession.current());
				AsyncContext async = request.startAsync(request, response);
				async.start(async::dispatch);
			}
			else {
				assertThat(ConsistencySession.current()).isSameAs(first.get());
				write();
			}
		});
		HttpResponse<String> response = get("/");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().allValues(ConsistencyTokenFilter.HEADER)).hasSize(1);
	}

	@Test
	void requestTakesOverTheTokenOfHeaderAndOfCookie() throws Exception {
		start((request, response) -> response.getWriter()
			.write(String.valueOf(this.tokens.capture(ConsistencySession.current()).position())));
		String token = this.tokens.encode(new ConsistencyToken(new LogPosition(0x2A), Instant.now()));
		assertThat(get("/", ConsistencyTokenFilter.HEADER, token).body()).isEqualTo("0/2A");
		assertThat(get("/", "Cookie", "rds_consistency=" + token).body()).isEqualTo("0/2A");
		assertThat(get("/", ConsistencyTokenFilter.HEADER, token + "x").body()).isEqualTo("null");
	}

	/**
	 * Writes as the application would: the session hears of it from its connection.
	 */
	private static void write() {
		SessionWrites.commit(ConsistencySession.current());
	}

	private static String header(HttpResponse<String> response) {
		return response.headers().firstValue(ConsistencyTokenFilter.HEADER).orElseThrow();
	}

	private HttpResponse<String> get(String path, String... headers) throws Exception {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.tomcat.getConnector().getLocalPort() + "/shop" + path));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private void start(Handler handler) throws Exception {
		this.tomcat.setBaseDir(this.directory.toString());
		this.tomcat.setPort(0);
		this.tomcat.getConnector();
		Context context = this.tomcat.addContext("/shop", this.directory.toString());
		Wrapper servlet = Tomcat.addServlet(context, "handler", new HandlerServlet(handler));
		servlet.setAsyncSupported(true);
		context.addServletMappingDecoded("/*", "handler");
		FilterDef filter = new FilterDef();
		filter.setFilterName("consistency");
		filter.setFilter(ConsistencyTokenFilter.withTokens(this.tokens, Duration.ofHours(1),
				new RememberedWrites(10, Duration.ofHours(1))));
		filter.setAsyncSupported("true");
		context.addFilterDef(filter);
		FilterMap mapping = new FilterMap();
		mapping.setFilterName("consistency");
		mapping.addURLPattern("/*");
		for (DispatcherType type : DispatcherType.values()) {
			mapping.setDispatcher(type.name());
		}
		context.addFilterMap(mapping);
		this.tomcat.start();
	}

	@FunctionalInterface
	interface Handler {

		void handle(HttpServletRequest request, HttpServletResponse response) throws IOException;

	}

	@SuppressWarnings("serial")
	static final class HandlerServlet extends HttpServlet {

		private final transient Handler handler;

		HandlerServlet(Handler handler) {
			this.handler = handler;
		}

		@Override
		protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
			this.handler.handle(request, response);
		}

	}

}
