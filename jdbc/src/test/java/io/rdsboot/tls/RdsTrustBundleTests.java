package io.rdsboot.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests of the packaged certificate authorities.
 */
class RdsTrustBundleTests {

	private static final Pattern RDS_NAME = Pattern
		.compile("CN=Amazon RDS (?<region>[a-z-]+-\\d) Root CA (?<algorithm>[A-Z0-9]+) G1");

	private static final Set<String> REGIONS = Set.of("af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2",
			"ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
			"ap-southeast-4", "ca-central-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2",
			"eu-west-1", "eu-west-2", "eu-west-3", "me-central-1", "me-south-1", "sa-east-1", "us-east-1", "us-east-2",
			"us-west-1", "us-west-2");

	@Test
	void bundleHoldsThreeAuthoritiesForEachRegion() {
		Set<String> found = new TreeSet<>();
		for (X509Certificate certificate : RdsTrustBundle.RDS.certificates()) {
			Matcher matcher = RDS_NAME.matcher(name(certificate));
			assertThat(matcher.find()).as(name(certificate)).isTrue();
			found.add(matcher.group("region") + " " + matcher.group("algorithm"));
		}
		assertThat(RdsTrustBundle.RDS.certificates()).hasSize(81).doesNotHaveDuplicates();
		assertThat(found).containsExactlyInAnyOrderElementsOf(REGIONS.stream()
			.flatMap((region) -> Stream.of(region + " RSA2048", region + " RSA4096", region + " ECC384"))
			.toList());
	}

	@Test
	void bundleForProxiesHoldsAmazonsAuthoritiesToo() {
		List<X509Certificate> added = RdsTrustBundle.RDS_AND_AMAZON.certificates()
			.stream()
			.filter((certificate) -> !RdsTrustBundle.RDS.certificates().contains(certificate))
			.toList();
		assertThat(RdsTrustBundle.RDS_AND_AMAZON.certificates()).hasSize(86);
		assertThat(added.stream().map(RdsTrustBundleTests::name).map((name) -> name.split(",")[0]))
			.containsExactlyInAnyOrder("CN=Amazon Root CA 1", "CN=Amazon Root CA 2", "CN=Amazon Root CA 3",
					"CN=Amazon Root CA 4", "CN=Starfield Services Root Certificate Authority - G2");
	}

	static Stream<X509Certificate> authorities() {
		return RdsTrustBundle.RDS_AND_AMAZON.certificates().stream();
	}

	@ParameterizedTest
	@MethodSource("authorities")
	void authorityHasSignedItselfAndIsValidForYears(X509Certificate authority) {
		assertThat(authority.getBasicConstraints()).as("path length of an authority").isNotNegative();
		assertThat(authority.getSubjectX500Principal()).isEqualTo(authority.getIssuerX500Principal());
		assertThatCode(() -> authority.verify(authority.getPublicKey())).doesNotThrowAnyException();
		assertThatCode(() -> authority.checkValidity(Date.from(Instant.parse("2026-11-01T00:00:00Z"))))
			.doesNotThrowAnyException();
		assertThat(authority.getNotAfter()).isAfter(Instant.parse("2036-01-01T00:00:00Z"));
	}

	@Test
	void contextIsMadeOnce() {
		Set<Object> contexts = Stream.generate(RdsTrustBundle.RDS::context)
			.parallel()
			.limit(100)
			.collect(Collectors.toSet());
		assertThat(contexts).hasSize(1);
		assertThat(RdsTrustBundle.RDS_AND_AMAZON.context()).isNotSameAs(RdsTrustBundle.RDS.context());
	}

	private static String name(X509Certificate certificate) {
		String name = certificate.getSubjectX500Principal().getName();
		return name.substring(name.indexOf("CN="));
	}

}
