package io.rdsboot.web;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.routing.consistency.ConsistencyToken;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that each way of answering a request that has written carries one token, on the
 * servers that Spring Boot has.
 */
@ExtendWith(OutputCaptureExtension.class)
class AnswersTests {

	private static final String HEADER = ConsistencyTokenFilter.HEADER;

	private static Map<Server, WebService> services;

	@BeforeAll
	static void start() {
		services = Map.of(Server.TOMCAT, WebService.start(AnswerApplication.class, WebService.ON_TOMCAT), Server.JETTY,
				WebService.start(AnswerApplication.class, WebService.ON_JETTY));
	}

	@AfterAll
	static void stop() {
		services.values().forEach(WebService::close);
	}

	static Stream<Arguments> answers() {
		List<Arguments> answers = List.of(Arguments.of("/string", 200), Arguments.of("/empty", 200),
				Arguments.of("/bytes", 200), Arguments.of("/json", 200), Arguments.of("/entity", 200),
				Arguments.of("/entity-with-length", 200), Arguments.of("/resource", 200),
				Arguments.of("/large-resource", 200), Arguments.of("/stream", 200), Arguments.of("/sse", 200),
				Arguments.of("/no-content", 204), Arguments.of("/not-modified", 304), Arguments.of("/send-error", 409),
				Arguments.of("/status-exception", 409), Arguments.of("/exception", 500), Arguments.of("/redirect", 302),
				Arguments.of("/send-redirect", 302), Arguments.of("/forward", 200), Arguments.of("/forward-after", 200),
				Arguments.of("/include", 200), Arguments.of("/callable", 200), Arguments.of("/deferred", 200),
				Arguments.of("/deferred-error", 409), Arguments.of("/async-servlet", 200),
				Arguments.of("/length-header", 200), Arguments.of("/writer", 200), Arguments.of("/flush", 200),
				Arguments.of("/reset", 200), Arguments.of("/second-write", 200), Arguments.of("/write-at-the-end", 200),
				Arguments.of("/no-store", 200));
		return Stream.of(Server.values())
			.flatMap((server) -> answers.stream()
				.map((answer) -> Arguments.of(server, answer.get()[0], answer.get()[1])));
	}

	@ParameterizedTest
	@MethodSource("answers")
	void answerToARequestThatHasWrittenCarriesOneToken(Server server, String path, int status) {
		for (HttpRequest.Builder request : List.of(request(server, path).GET(),
				request(server, path).POST(HttpRequest.BodyPublishers.noBody()))) {
			HttpResponse<String> response = new Browser().send(request);
			assertThat(response.statusCode()).isEqualTo(status);
			assertCarriesOneToken(server, response);
		}
	}

	/**
	 * No response may be changed by two threads at once.
	 */
	@ParameterizedTest
	@EnumSource
	void responseBelongsToTheThreadThatAnswersAsynchronously(Server server) {
		HttpResponse<String> response = new Browser().get(url(server, "/left-alone"));
		assertThat(response.body()).isEqualTo("left alone");
		assertCarriesOneToken(server, response);
	}

	@ParameterizedTest
	@EnumSource
	void answerToHeadCarriesOneToken(Server server) {
		for (String path : List.of("/string", "/resource", "/flush")) {
			HttpResponse<String> response = new Browser()
				.send(request(server, path).method("HEAD", HttpRequest.BodyPublishers.noBody()));
			assertThat(response.body()).isEmpty();
			assertCarriesOneToken(server, response);
		}
	}

	@ParameterizedTest
	@EnumSource
	void answerToARequestThatHasNotWrittenCarriesNothing(Server server) {
		Browser browser = new Browser();
		browser.post(url(server, "/string"));
		HttpResponse<String> response = browser.get(url(server, "/read"));
		assertThat(response.headers().map()).doesNotContainKeys(HEADER, HEADER.toLowerCase(), "set-cookie",
				"cache-control");
	}

	@ParameterizedTest
	@EnumSource
	void laterWriteReplacesTheTokenAndLeavesOtherCookies(Server server) {
		HttpResponse<String> response = new Browser().get(url(server, "/second-write"));
		assertThat(response.headers().allValues("Set-Cookie")).hasSize(3)
			.anyMatch((cookie) -> cookie.startsWith("own=1"))
			.anyMatch((cookie) -> cookie.startsWith("other=2"));
		LogPosition first = token(server, response).position();
		LogPosition second = token(server, new Browser().get(url(server, "/second-write"))).position();
		assertThat(second.bytes() - first.bytes()).isEqualTo(2);
	}

	@ParameterizedTest
	@EnumSource
	void writeAfterTheResponseIsLoggedOnce(Server server, CapturedOutput output) {
		for (int i = 0; i < 2; i++) {
			assertThat(new Browser().get(url(server, "/too-late")).headers().firstValue(HEADER)).isEmpty();
		}
		assertThat(output.getAll().split("GET /too-late wrote to the database after its response", -1)).hasSize(2);
	}

	@ParameterizedTest
	@EnumSource
	void queryAfterTheResponseIsNoReasonForAWarning(Server server, CapturedOutput output) {
		new Browser().get(url(server, "/read-too-late"));
		assertThat(output).doesNotContain("/read-too-late wrote");
	}

	@ParameterizedTest
	@EnumSource
	void answerThatSharedCachesMayStoreCarriesNoToken(Server server) {
		HttpResponse<String> response = new Browser().get(url(server, "/public"));
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("max-age=3600, public");
		assertThat(response.headers().map()).doesNotContainKeys(HEADER, HEADER.toLowerCase(), "set-cookie");
	}

	@ParameterizedTest
	@EnumSource
	void answerToGetIsPrivateUnlessItSaysMore(Server server) {
		assertThat(new Browser().get(url(server, "/string")).headers().firstValue("Cache-Control")).hasValue("private");
		assertThat(new Browser().get(url(server, "/no-store")).headers().firstValue("Cache-Control"))
			.hasValue("no-store");
		assertThat(new Browser().post(url(server, "/string")).headers().firstValue("Cache-Control")).isEmpty();
	}

	private static void assertCarriesOneToken(Server server, HttpResponse<String> response) {
		ConsistencyToken token = token(server, response);
		assertThat(token.position()).isNotNull();
		String text = response.headers().firstValue(HEADER).orElseThrow();
		assertThat(response.headers().allValues("Set-Cookie"))
			.filteredOn((cookie) -> cookie.startsWith(ConsistencyCookie.PREFIX))
			.singleElement()
			.matches((cookie) -> cookie.contains("=" + text + ";"));
	}

	private static ConsistencyToken token(Server server, HttpResponse<String> response) {
		assertThat(response.headers().allValues(HEADER)).hasSize(1);
		return services.get(server)
			.bean(ConsistencyTokens.class)
			.decode(response.headers().firstValue(HEADER).orElseThrow());
	}

	private static HttpRequest.Builder request(Server server, String path) {
		return Browser.request(url(server, path));
	}

	private static String url(Server server, String path) {
		return services.get(server).url() + path;
	}

	enum Server {

		TOMCAT, JETTY

	}

}
