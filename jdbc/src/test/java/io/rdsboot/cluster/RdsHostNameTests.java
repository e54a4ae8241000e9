package io.rdsboot.cluster;

import java.util.Optional;

import io.rdsboot.cluster.RdsHostName.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RdsHostName}.
 */
class RdsHostNameTests {

	@ParameterizedTest
	@CsvSource({
			"app.cluster-abc123.us-east-1.rds.amazonaws.com, CLUSTER, app, us-east-1, abc123.us-east-1.rds.amazonaws.com",
			"app.cluster-ro-abc123.eu-central-1.rds.amazonaws.com, CLUSTER_READER, app, eu-central-1, abc123.eu-central-1.rds.amazonaws.com",
			"reports.cluster-custom-abc123.us-east-1.rds.amazonaws.com, CLUSTER_CUSTOM, reports, us-east-1, abc123.us-east-1.rds.amazonaws.com",
			"app-1.abc123.us-gov-west-1.rds.amazonaws.com, INSTANCE, app-1, us-gov-west-1, abc123.us-gov-west-1.rds.amazonaws.com",
			"app-1-green-a1b2c3.abc123.us-east-1.rds.amazonaws.com, INSTANCE, app-1-green-a1b2c3, us-east-1, abc123.us-east-1.rds.amazonaws.com",
			"app.proxy-abc123.us-east-2.rds.amazonaws.com, PROXY, app, us-east-2,",
			"readers.endpoint.proxy-abc123.us-east-2.rds.amazonaws.com, PROXY, readers, us-east-2,",
			"app.shardgrp-abc123.us-east-1.rds.amazonaws.com, SHARD_GROUP, app, us-east-1,",
			"app.cluster-abc123.rds.cn-north-1.amazonaws.com.cn, CLUSTER, app, cn-north-1, abc123.rds.cn-north-1.amazonaws.com.cn",
			"app.endpoint.proxy-abc123.rds.cn-north-1.amazonaws.com.cn, PROXY, app, cn-north-1,",
			"APP.Cluster-ABC123.US-East-1.RDS.amazonaws.com., CLUSTER, app, us-east-1, abc123.us-east-1.rds.amazonaws.com" })
	void parseWhenNameIsOfRdsSaysWhatItStandsFor(String host, Kind kind, String identifier, String region,
			@Nullable String instanceDomain) {
		assertThat(RdsHostName.parse(host))
			.contains(new RdsHostName(kind, identifier, Optional.of(region), Optional.ofNullable(instanceDomain)));
	}

	@Test
	void parseWhenClusterIsGlobalHasNoRegion() {
		assertThat(RdsHostName.parse("app.global-abc123.global.rds.amazonaws.com"))
			.contains(new RdsHostName(Kind.GLOBAL, "app", Optional.empty(), Optional.empty()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "127.0.0.1", "::1", "db.example.com", "rds.amazonaws.com",
			"us-east-1.rds.amazonaws.com", "app.cluster-abc123.us-east-1.rds.amazonaws.com.example.com",
			"app.cluster-abc123.us-east-1.rds.amazonaws.org" })
	void parseWhenNameIsOfAnotherPlaceIsEmpty(String host) {
		assertThat(RdsHostName.parse(host)).isEmpty();
	}

}
