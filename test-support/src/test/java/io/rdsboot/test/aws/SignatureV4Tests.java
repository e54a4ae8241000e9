package io.rdsboot.test.aws;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.rdsboot.test.aws.InvalidSignatureException.Reason;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link SignatureV4} against the signer of the AWS SDK.
 */
class SignatureV4Tests {

	private static final Instant NOW = Instant.parse("2026-01-31T23:59:59Z");

	private static final AwsCredentials LASTING = AwsBasicCredentials.create("AKIATEST", "secret");

	private static final AwsCredentials TEMPORARY = AwsSessionCredentials.create("ASIATEST", "other", "token+/=");

	private Instant clock = NOW;

	private final SignatureV4 verifier = new SignatureV4("eu-west-1", "secretsmanager",
			Map.of("AKIATEST", new AccessKey("AKIATEST", "secret", null), "ASIATEST",
					new AccessKey("ASIATEST", "other", "token+/="))::get,
			(instant) -> Duration.between(instant, this.clock));

	@Test
	void headerWhenSignedBySdkIsAccepted() throws InvalidSignatureException {
		assertThat(this.verifier.verifyHeader(header(LASTING, "{\"a\":1}"))).isEqualTo("AKIATEST");
		assertThat(this.verifier.verifyHeader(header(TEMPORARY, ""))).isEqualTo("ASIATEST");
	}

	@Test
	void queryWhenSignedBySdkIsAccepted() throws InvalidSignatureException {
		assertThat(this.verifier.verifyQuery(query(LASTING, 900), Duration.ofMinutes(15))).isEqualTo("AKIATEST");
		assertThat(this.verifier.verifyQuery(query(TEMPORARY, 60), Duration.ofMinutes(15))).isEqualTo("ASIATEST");
	}

	@Test
	void headerWhenAnythingSignedIsChangedIsRefused() {
		HttpRequestText signed = header(LASTING, "{\"a\":1}");
		assertRefused(new HttpRequestText("PUT", signed.path(), signed.query(), signed.headers(), signed.body()),
				Reason.MISMATCH);
		assertRefused(new HttpRequestText("POST", "/other", signed.query(), signed.headers(), signed.body()),
				Reason.MISMATCH);
		assertRefused(new HttpRequestText("POST", signed.path(), "b=2", signed.headers(), signed.body()),
				Reason.MISMATCH);
		assertRefused(new HttpRequestText("POST", signed.path(), signed.query(), signed.headers(),
				"{}".getBytes(StandardCharsets.UTF_8)), Reason.MISMATCH);
	}

	@Test
	void headerWhenKeyScopeOrSecretIsAnotherIsRefused() {
		assertRefused(header(AwsBasicCredentials.create("AKIAOTHER", "secret"), ""), Reason.UNKNOWN_KEY);
		assertRefused(header(AwsBasicCredentials.create("AKIATEST", "wrong"), ""), Reason.MISMATCH);
		assertRefused(header(AwsSessionCredentials.create("ASIATEST", "other", "old"), ""), Reason.UNKNOWN_KEY);
		assertRefused(header(AwsBasicCredentials.create("ASIATEST", "other"), ""), Reason.UNKNOWN_KEY);
		assertRefused(text(sign(LASTING, "", "us-east-1", Duration.ZERO), ""), Reason.WRONG_SCOPE);
	}

	@Test
	void headerWhenMissingOrOddIsRefused() {
		assertRefused(new HttpRequestText("POST", "/", "", Map.of(), new byte[0]), Reason.INCOMPLETE);
		assertRefused(new HttpRequestText("POST", "/", "", Map.of("Authorization", List.of("Basic eDp5")), new byte[0]),
				Reason.INCOMPLETE);
	}

	@Test
	void headerWhenOlderThanFiveMinutesIsRefused() {
		this.clock = NOW.plus(Duration.ofMinutes(5));
		assertRefused(header(LASTING, ""), Reason.EXPIRED);
		this.clock = NOW.minus(Duration.ofMinutes(6));
		assertRefused(header(LASTING, ""), Reason.EXPIRED);
	}

	@Test
	void queryWhenValidityIsOverIsRefused() throws InvalidSignatureException {
		this.clock = NOW.plusSeconds(899);
		this.verifier.verifyQuery(query(LASTING, 900), Duration.ofMinutes(15));
		this.clock = NOW.plusSeconds(900);
		assertQueryRefused(query(LASTING, 900), Reason.EXPIRED);
		this.clock = NOW;
		assertQueryRefused(query(LASTING, 901), Reason.INCOMPLETE);
	}

	@Test
	void queryWhenPartIsMissingOrOddIsRefused() {
		assertQueryRefused(edited((query) -> query.replaceAll("&?X-Amz-Date=[^&]*", "")), Reason.INCOMPLETE);
		assertQueryRefused(edited((query) -> query.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")), Reason.INCOMPLETE);
		assertQueryRefused(edited((query) -> query.replace("20260131T235959Z", "yesterday")), Reason.INCOMPLETE);
		assertQueryRefused(edited((query) -> query.replace("SignedHeaders=host", "SignedHeaders=date")),
				Reason.INCOMPLETE);
		assertQueryRefused(edited((query) -> query.replaceAll("X-Amz-Credential=[^&]*", "X-Amz-Credential=AKIATEST")),
				Reason.WRONG_SCOPE);
		assertQueryRefused(edited((query) -> query + "&more=%"), Reason.INCOMPLETE);
		assertQueryRefused(edited((query) -> query + "&more=1"), Reason.MISMATCH);
	}

	@Test
	void accessKeyWhenPrintedShowsNoSecret() {
		assertThat(new AccessKey("AKIATEST", "secret", "token")).hasToString("AccessKey[AKIATEST]");
	}

	private static HttpRequestText edited(UnaryOperator<String> edit) {
		HttpRequestText signed = query(LASTING, 900);
		return new HttpRequestText("POST", signed.path(), edit.apply(signed.query()), signed.headers(), signed.body());
	}

	private static HttpRequestText header(AwsCredentials credentials, String body) {
		return text(sign(credentials, body, "eu-west-1", Duration.ZERO), body);
	}

	private static HttpRequestText query(AwsCredentials credentials, int seconds) {
		return text(sign(credentials, "", "eu-west-1", Duration.ofSeconds(seconds)), "");
	}

	private static SdkHttpRequest sign(AwsCredentials credentials, String body, String region, Duration expiration) {
		SdkHttpRequest request = SdkHttpRequest.builder()
			.method(SdkHttpMethod.POST)
			.uri(URI.create("http://127.0.0.1:8080/some%20path/x"))
			.appendRawQueryParameter("b", "two words~*+")
			.appendRawQueryParameter("a", "é")
			.appendRawQueryParameter("a-b", "1")
			.putHeader("X-Amz-Target", "secretsmanager.GetSecretValue")
			.build();
		return AwsV4HttpSigner.create().sign((builder) -> {
			builder.identity(credentials)
				.request(request)
				.payload(ContentStreamProvider.fromUtf8String(body))
				.putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "secretsmanager")
				.putProperty(AwsV4HttpSigner.REGION_NAME, region)
				.putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(NOW, ZoneOffset.UTC));
			if (!expiration.isZero()) {
				builder.putProperty(AwsV4HttpSigner.AUTH_LOCATION, AwsV4HttpSigner.AuthLocation.QUERY_STRING)
					.putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, expiration);
			}
		}).request();
	}

	private static HttpRequestText text(SdkHttpRequest request, String body) {
		return new HttpRequestText(request.method().name(), request.encodedPath(),
				request.encodedQueryParameters().orElse(""), request.headers(), body.getBytes(StandardCharsets.UTF_8));
	}

	private void assertRefused(HttpRequestText request, Reason reason) {
		assertThatExceptionOfType(InvalidSignatureException.class).isThrownBy(() -> this.verifier.verifyHeader(request))
			.returns(reason, InvalidSignatureException::reason);
	}

	private void assertQueryRefused(HttpRequestText request, Reason reason) {
		assertThatExceptionOfType(InvalidSignatureException.class)
			.isThrownBy(() -> this.verifier.verifyQuery(request, Duration.ofMinutes(15)))
			.returns(reason, InvalidSignatureException::reason);
	}

}
