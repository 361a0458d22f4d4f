-- Contracts that were signed ahead of their term, by when it begins (person/contract_term.h).
CREATE INDEX contracts_ahead ON contracts ("from")
    WHERE "status" = 'signed' AND "from" > "person_signed_at";
