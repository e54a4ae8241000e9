package io.rdsboot.reference;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the shop does in transactions.
 */
public class Shop {

	private final CustomerRepository customers;

	private final PurchaseRepository purchases;

	private final JdbcClient jdbc;

	Shop(CustomerRepository customers, PurchaseRepository purchases, JdbcClient jdbc) {
		this.customers = customers;
		this.purchases = purchases;
		this.jdbc = jdbc;
	}

	/**
	 * Stores a purchase, and reads the customer's purchases as a stream before it
	 * commits.
	 */
	@Transactional
	public long buy(String name, int cents) {
		Customer customer = this.customers.findByName(name)
			.orElseGet(() -> this.customers.saveAndFlush(new Customer(name)));
		Purchase purchase = this.purchases.saveAndFlush(new Purchase(customer, cents));
		if (cents(name).noneMatch((each) -> each == cents)) {
			throw new IllegalStateException("The transaction does not see the purchase that it has stored");
		}
		return purchase.getId();
	}

	private Stream<Integer> cents(String name) {
		List<Integer> cents;
		try (Stream<Integer> stream = this.jdbc
			.sql("SELECT p.cents FROM purchase p JOIN customer c ON c.id = p.customer_id WHERE c.name = ?")
			.param(name)
			.query(Integer.class)
			.stream()) {
			cents = stream.toList();
		}
		return cents.stream();
	}

	@Transactional(readOnly = true)
	public Optional<Purchase> purchase(long id) {
		return this.purchases.findById(id);
	}

	/**
	 * Returns the newest purchases by a query that declares no transaction.
	 */
	public List<Purchase> newest(String name) {
		return this.purchases.findTop20ByCustomerNameOrderByIdDesc(name);
	}

	@Transactional(readOnly = true)
	public long turnover(String name) {
		return cents(name).mapToLong(Integer::longValue).sum();
	}

}
