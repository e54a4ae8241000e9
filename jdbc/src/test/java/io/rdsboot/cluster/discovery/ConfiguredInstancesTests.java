package io.rdsboot.cluster.discovery;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceAddressPattern;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ConfiguredInstances}, and of what {@link AutoDiscovery} chooses.
 */
class ConfiguredInstancesTests {

	private static final DatabaseInstance WRITER = at("app.cluster-abc123.us-east-1.rds.amazonaws.com");

	private static final DatabaseInstance READERS = at("app.cluster-ro-abc123.us-east-1.rds.amazonaws.com");

	private static DatabaseInstance at(String host) {
		return new DatabaseInstance(host, new InstanceAddress(host, 5432), 2, Map.of("ApplicationName", "x"), null);
	}

	@ParameterizedTest
	@CsvSource({ "app.cluster-abc123.us-east-1.rds.amazonaws.com,,", "app-1.abc123.us-east-1.rds.amazonaws.com,,",
			"app.cluster-ro-abc123.us-east-1.rds.amazonaws.com,, READER",
			"app.cluster-custom-abc123.us-east-1.rds.amazonaws.com,, READER",
			"app.proxy-abc123.us-east-1.rds.amazonaws.com, WRITER, READER",
			"ro.endpoint.proxy-abc123.us-east-1.rds.amazonaws.com, WRITER, READER",
			"app.shardgrp-abc123.us-east-1.rds.amazonaws.com, WRITER, READER",
			"app.global-abc123.global.rds.amazonaws.com, WRITER, READER", "db.example.com,,", "127.0.0.1,," })
	void statesWhenAddressStandsForServersThatCannotBeToldApartFixTheRole(String host, @Nullable InstanceRole asWriter,
			@Nullable InstanceRole asReader) {
		DatabaseInstance instance = at(host);
		List<InstanceState> states = ConfiguredInstances.states(instance, List.of());
		assertThat(states).containsExactly(new InstanceState(
				new DatabaseInstance(host, instance.address(), 2, Map.of("ApplicationName", "x"), asWriter),
				InstanceRole.WRITER, true));
		assertThat(ConfiguredInstances.states(at("other"), List.of(instance))).last()
			.returns(InstanceRole.READER, InstanceState::role)
			.returns(asReader, (state) -> state.instance().fixedRole());
	}

	@Test
	void autoWhenOnlyClusterEndpointsAreConfiguredLooksForInstances() {
		assertThat(auto(WRITER)).isInstanceOf(AutoDiscovery.class);
		assertThat(auto(WRITER, READERS)).isInstanceOf(AutoDiscovery.class);
	}

	@Test
	void autoWhenServersAreNamedOneByOneTakesThoseAlone() {
		assertThat(auto(WRITER, at("app-1.abc123.us-east-1.rds.amazonaws.com")))
			.isInstanceOf(ConfiguredDiscovery.class);
		assertThat(auto(WRITER, at("some.cluster-custom-abc123.us-east-1.rds.amazonaws.com")))
			.isInstanceOf(ConfiguredDiscovery.class);
		assertThat(auto(at("app-1.abc123.us-east-1.rds.amazonaws.com"))).isInstanceOf(ConfiguredDiscovery.class);
		assertThat(auto(at("db.example.com"))).isInstanceOf(ConfiguredDiscovery.class);
		assertThat(auto(at("app.proxy-abc123.us-east-1.rds.amazonaws.com"), READERS))
			.isInstanceOf(ConfiguredDiscovery.class);
	}

	@Test
	void autoWhenInstancesAreNamedInGroupsAloneLooksForAllInstances() {
		looksForAllInstancesBeside(at("app-3.abc123.us-east-1.rds.amazonaws.com"));
		looksForAllInstancesBeside(at("some.cluster-custom-abc123.us-east-1.rds.amazonaws.com"));
	}

	private static void looksForAllInstancesBeside(DatabaseInstance member) {
		List<InstanceState> states = ConfiguredInstances.states(WRITER, List.of(member));
		assertThat(
				AutoDiscovery.of(states, null, InstancePlacement.NONE.withGroup("reports", Set.of(member.address()))))
			.isInstanceOf(AutoDiscovery.class);
		assertThat(AutoDiscovery.of(states, null, InstancePlacement.NONE)).isInstanceOf(ConfiguredDiscovery.class);
	}

	@Test
	void autoWhenPatternIsGivenLooksForInstances() {
		List<InstanceState> states = ConfiguredInstances.states(at("db.example.com"), List.of());
		assertThat(AutoDiscovery.of(states, InstanceAddressPattern.parse("{id}.example.com", 5432)))
			.isInstanceOf(AutoDiscovery.class);
	}

	private static InstanceDiscovery auto(DatabaseInstance writer, DatabaseInstance... readers) {
		return AutoDiscovery.of(ConfiguredInstances.states(writer, List.of(readers)), null);
	}

}
