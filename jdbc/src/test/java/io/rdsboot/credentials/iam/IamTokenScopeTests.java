package io.rdsboot.credentials.iam;

import io.rdsboot.cluster.InstanceAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsUtilities;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link IamTokenScope}, with tokens as the AWS SDK makes them.
 */
class IamTokenScopeTests {

	@Test
	void scopeWhenTokenIsSignedByTheSdk() {
		assertThat(IamTokenScope.of(token("app.cluster-abc123.eu-west-1.rds.amazonaws.com", "app user+1")))
			.contains(new IamTokenScope(new InstanceAddress("app.cluster-abc123.eu-west-1.rds.amazonaws.com", 5433),
					"app user+1", "eu-west-1"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "secret", "host:5432/?", "host:5432/?DBUser=app", "no host/?DBUser=app&a=%zz",
			"h:x/?DBUser=app&X-Amz-Credential=a/b/c/d/e", "h:1/?DBUser=app&X-Amz-Credential=a/b/c" })
	void scopeWhenPasswordIsNoToken(String password) {
		assertThat(IamTokenScope.of(password)).isEmpty();
	}

	@Test
	void toStringShowsNothingOfTheSignature() {
		String token = token("localhost", "app");
		assertThat(IamTokenScope.of(token)).get()
			.asString()
			.doesNotContain("AKIDEXAMPLE", "session", token.substring(token.length() - 20));
	}

	private static String token(String host, String username) {
		return RdsUtilities.builder()
			.region(Region.EU_WEST_1)
			.credentialsProvider(
					StaticCredentialsProvider.create(AwsSessionCredentials.create("AKIDEXAMPLE", "key", "session")))
			.build()
			.generateAuthenticationToken((request) -> request.hostname(host).port(5433).username(username));
	}

}
