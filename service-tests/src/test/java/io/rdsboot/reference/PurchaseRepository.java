package io.rdsboot.reference;

import java.util.List;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * The purchases.
 */
interface PurchaseRepository extends JpaRepository<Purchase, Long> {

	List<Purchase> findTop20ByCustomerNameOrderByIdDesc(String name);

}
