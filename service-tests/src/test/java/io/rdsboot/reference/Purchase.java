package io.rdsboot.reference;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;

/**
 * What a customer has bought.
 */
@Entity
class Purchase {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private Long id;

	@ManyToOne(fetch = FetchType.LAZY)
	private Customer customer;

	private int cents;

	protected Purchase() {
	}

	Purchase(Customer customer, int cents) {
		this.customer = customer;
		this.cents = cents;
	}

	Long getId() {
		return this.id;
	}

	Customer getCustomer() {
		return this.customer;
	}

	int getCents() {
		return this.cents;
	}

}
