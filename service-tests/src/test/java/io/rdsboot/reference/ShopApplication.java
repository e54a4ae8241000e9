package io.rdsboot.reference;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * Service of the kind that many have: a shop with pages, HTTP sessions in the database,
 * JPA, SQL of its own, a job, metrics and probes.
 */
@EnableScheduling
@SpringBootApplication(excludeName = { "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
		"org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration" })
class ShopApplication {

	@Bean
	Shop shop(CustomerRepository customers, PurchaseRepository purchases, JdbcClient jdbc) {
		return new Shop(customers, purchases, jdbc);
	}

	@Bean
	ShopController shopController(Shop shop) {
		return new ShopController(shop);
	}

	@Bean
	TurnoverJob turnoverJob(JdbcClient jdbc, MeterRegistry registry) {
		return new TurnoverJob(jdbc, registry);
	}

}
